package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Severity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tree of files that share a header with inline functions, their statics, strings and tables; the
 * same tree with a static, a function, strings and numbers in front of every file and of the
 * header. Nothing that was there changes, in no file.
 */
class TreeNoiseTest {
    private static final String FRONT =
            """
            static int front_state = 7; static const char front_text[] = "front text";
            extern int front_out(const char *, double);
            static inline int in_front(int x) { static int met; met += x; return met; }
            int front_NAME(int x) {
                static int calls; static int n; calls += in_front(x); n ^= x;
                switch (x) { case 0: return 9; case 1: return 4; case 2: return 77; case 3: return 12; case 4:
                    return 8; case 5: return 123; case 6: return front_out("six", 6.75); }
                switch (n) { case 0: front_out("zero", 1.5); break; case 1: front_out(front_text, 2.5); break; case 2:
                    front_out("two in front", x); break; case 3: front_state = 3; break; case 4: front_out("list", 0); break; }
                return front_out(__func__, x * 3.25) + front_state++ + calls;
            }
            #line 1 "NAME.c"
            """;

    private static final String HEADER =
            """
            #line 1 "shared.h"
            struct list { struct list *next; int value; double weight; }; struct ops { const char *name; int (*run)(struct list *); };
            extern int out(const char *, ...); extern void fail(const char *, int);
            #define CHECK(c) do { static int failed; if (!(c) && !failed++) fail(__func__, 0); } while (0)
            static const char *const words[] = {"none", "one", "two", "many"};
            static inline const char *word(int n) { return words[n < 0 ? 0 : n > 3 ? 3 : n]; }
            static inline double mean(const struct list *l) {
                double sum = 0.0; int n = 0;
                for (; l; l = l->next, n++) sum += l->weight * 0.125;
                return n ? sum / n : 1.0e-3;
            }
            static inline int next_id(void) { static int id = 100; return ++id; }
            """;

    private static final Map<String, String> FILES = files();

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "list",
                """
                static int count, limit = 64; static struct list pool[8];
                struct list *list_new(int v) { static int n; CHECK(n < 8); struct list *l = &pool[n++ & 7];
                    l->value = v + next_id(); count++; l->weight = v * 2.5; return l; }
                int list_length(const struct list *l) { int n = 0; for (; l; l = l->next) n++; CHECK(n <= limit); return n; }
                double list_mean(const struct list *l) { CHECK(l); return mean(l) + 0.5; }
                int list_print(const struct list *l) { for (; l; l = l->next) out("%s %d\\n", word(l->value), count); return count; }
                """);
        files.put(
                "shape",
                """
                static int count; static const double factors[] = {0.5, 1.25, 3.0, 9.75};
                static __attribute__((noinline)) double area(int kind, double a) {
                    switch (kind) { case 0: return a * a; case 1: return a * 3.14159265; case 2: return a / 2; case 3:
                        return factors[kind] * a; case 4: return 1.0; case 5: out("five"); return 7.5; default: return 0; } }
                double shape_area(int kind, double a) { count++; CHECK(kind >= 0); return area(kind, a) + area(kind + 1, a); }
                const char *shape_name(int kind) { switch (kind) { case 0: return "square"; case 1: return "circle"; case 2:
                    return "half"; case 3: return "factor"; case 4: return "unit"; } return word(kind); }
                int shape_code(int kind) { switch (kind) { case 0: return 17; case 1: return 4; case 2: return 99; case 3:
                    return 1; case 4: return 55; case 5: return 23; } return -1; }
                float shape_small(float x) { return x < 0.1f ? 0.25f : x * 1.75f; }
                """);
        files.put(
                "table",
                """
                static int calls;
                static int run_sum(struct list *l) { int s = 0; for (; l; l = l->next) s += l->value; calls++; return s; }
                static int run_print(struct list *l) { static int calls; out("print %d", ++calls); return l ? l->value : next_id(); }
                static int run_word(struct list *l) { return out(word(l->value)); }
                static const struct ops table[] = {{"sum", run_sum}, {"print", run_print}, {"word", run_word}};
                static struct ops current = {"sum", run_sum};
                int table_run(unsigned n, struct list *l) { CHECK(n < 3); return n < 3 ? table[n].run(l) : current.run(l); }
                const char *table_name(unsigned n) { return n < 3 ? table[n].name : word(n); }
                void table_set(unsigned n) { if (n < 3) current = table[n]; else CHECK(0); }
                int table_jump(int op, int a, int b) { switch (op) { case 0: return out("a"); case 1: return a - b; case 2:
                    return out("%d", a * b); case 3: return b ? a / b : 0; case 4: table_set(a); return 1; case 5:
                    return out("five"); case 6: return a % 7; } return calls; }
                """);
        return files;
    }

    @ParameterizedTest
    @CsvSource({
        "gcc-12, -O2 -fno-pic",
        "gcc-12, -O2 -fPIC -g",
        "gcc-11, -Os",
        "gcc-12, -O3 -ffunction-sections -fdata-sections",
        "clang-14, -O2",
        "clang-16, -O2 -fPIC -ffunction-sections -fdata-sections",
        "clang-19, -Os -fno-pic -g",
        "i686-linux-gnu-gcc, -O2 -fno-pic -ffunction-sections -fdata-sections",
        "aarch64-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections",
        "powerpc64le-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections",
        "powerpc64le-linux-gnu-gcc, -O2 -mcmodel=large -ffunction-sections -fdata-sections",
        "s390x-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections",
        "s390x-linux-gnu-gcc, -O2 -march=z900 -fPIC -ffunction-sections -fdata-sections",
        "riscv64-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections",
        "clang-16, --target=aarch64-linux-gnu -O2 -ffunction-sections -fdata-sections",
        "clang-16, --target=powerpc64le-linux-gnu -O2 -ffunction-sections -fdata-sections",
        "clang-19, --target=s390x-linux-gnu -O2 -ffunction-sections -fdata-sections",
        "clang-16, --target=riscv64-linux-gnu -O2 -ffunction-sections -fdata-sections",
        "clang-19, --target=loongarch64-linux-gnu -O2 -ffunction-sections -fdata-sections"
    })
    void whatStandsInFrontOfEveryFileChangesNothing(
            String compiler, String options, @TempDir Path directory) throws IOException {
        String[] flags = options.split(" ", -1);
        Path before = Files.createDirectories(directory.resolve("before"));
        Path after = Files.createDirectories(directory.resolve("after"));
        for (String name : FILES.keySet()) {
            String text = HEADER + "#line 1 \"" + name + ".c\"\n" + FILES.get(name);
            Path x = Tool.compile(before, compiler, text, name + ".o", flags);
            String front = FRONT.replace("NAME", name);
            Path y = Tool.compile(after, compiler, front + text, name + ".o", flags);
            for (ObjectDiff diff : List.of(diff(x, y), diff(y, x))) {
                assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED))
                        .as("%s: %s", name, diff.functions())
                        .isEmpty();
                assertThat(diff.data()).noneMatch(d -> d.verdict() == Verdict.CHANGED);
                assertThat(Pairs.rules(diff, Severity.ERROR)).isEmpty();
            }
            assertThat(Pairs.functions(diff(x, y), Verdict.NEW)).contains("front_" + name);
            assertThat(Pairs.functions(diff(x, y), Verdict.REMOVED)).isEmpty();
            assertThat(diff(x, y).data()).noneMatch(d -> d.verdict() == Verdict.REMOVED);
        }
    }

    private static ObjectDiff diff(Path before, Path after) throws IOException {
        return Differ.diff(ElfReader.read(before), ElfReader.read(after));
    }
}
