package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.dwarf.DebugInfo;
import suture.dwarf.LineTable;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.plan.Hooks;
import suture.plan.Planner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Broken objects through the whole comparison: each is compared, or refused in one way, in bounded
 * time; more memory than the heap holds fails as well. {@code -Dsuture.fuzz.count=N} sets how many
 * for each machine, {@code -Dsuture.fuzz.first=N} where to begin; a number gives the same object
 * each time.
 */
class HostileDiffTest {
    /** Sites, tables, jump tables, strings, statics, cold code: short, as each is broken often. */
    private static final String SOURCE =
            """
            #define SITE(name, body) asm volatile("1: nop\\n.pushsection " name ",\\"a\\"\\n" \\
                body "\\n.popsection")
            extern int ext(int), ext2(int); extern void out(const char *, ...);
            static int state; static const char *const names[] = {"red", "green", "blue"};
            struct chain { const struct chain *next; int value; };
            static const struct chain c1, c2 = {&c1, 2}, c1 = {&c2, 1};
            static inline int inlined(int x) { return ext(x) * 3; }
            int f(int x) {
                static int count;
                SITE("__bug_table", ".long 1b-.,file-.\\n.short 12,1");
                switch (x) { case 0: return ext(4); case 1: return ext2(x); case 2: return ext(x * 7);
                    case 3: return ext2(1 - x); case 4: return ext(x ^ 3) + 1; case 5: return ext(5); }
                out(names[x & 1], count++); return inlined(x);
            }
            int g(const struct chain *c) {
                SITE(".altinstructions", ".long 1b-.,g-.\\n.short 7\\n.byte 1,1");
                SITE("__ex_table", ".long 1b-.,1b-.,3"); state += c->value;
                return (c ? c : &c2)->next->value + state;
            }
            """;

    private static final long SECONDS = 5;

    private final long count = Long.getLong("suture.fuzz.count", 700);
    private final long first = Long.getLong("suture.fuzz.first", 0);

    @TempDir Path scratch;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12",
                "clang-16",
                "aarch64-linux-gnu-gcc",
                "powerpc64le-linux-gnu-gcc",
                "s390x-linux-gnu-gcc",
                "riscv64-linux-gnu-gcc"
            })
    void brokenObjectsAreComparedOrRefused(String compiler) throws IOException {
        Path file = Tool.compile(scratch, compiler, SOURCE, "t.o", "-O2", "-g");
        byte[] good = Bytes.map(file).toArray();
        ElfObject whole = ElfReader.read("good.o", Bytes.of(good));
        Mutator mutator = new Mutator(good);
        long refused = 0;
        for (long i = first; i < first + count; i++) {
            refused += survives(whole, mutator, compiler, i) ? 0 : 1;
        }
        assertThat(refused).isBetween(count / 20, count - count / 20);
    }

    private static boolean survives(ElfObject whole, Mutator mutator, String name, long number) {
        long start = System.nanoTime();
        try {
            return compare(whole, mutator.mutant(number));
        } catch (RuntimeException | Error e) { // thrown again, with the mutant's number
            List<StackTraceElement> trace =
                    List.of((e.getCause() == null ? e : e.getCause()).getStackTrace());
            String where =
                    trace.stream()
                            .filter(f -> f.getClassName().startsWith("suture."))
                            .limit(6)
                            .map(StackTraceElement::toString)
                            .collect(Collectors.joining(" < "));
            Throwable root = e.getCause() == null ? e : e.getCause();
            throw new AssertionError(name + ", mutant " + number + ": " + root + ": " + where, e);
        } finally {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            assertThat(seconds).as("%s, mutant %d", name, number).isLessThan(SECONDS);
        }
    }

    /** Whether the mutant could be compared. */
    private static boolean compare(ElfObject whole, byte[] image) {
        try {
            ElfObject bad = ElfReader.read("bad.o", Bytes.of(image));
            debug(bad);
            ObjectDiff there = Differ.diff(whole, bad);
            Planner.plan(List.of(new Planner.UnitDiff("t.c", "vmlinux", there)), Hooks.LINUX);
            ObjectDiff back = Differ.diff(bad, whole);
            Planner.plan(List.of(new Planner.UnitDiff("t.c", "vmlinux", back)), Hooks.LINUX);
            ObjectDiff own = Differ.diff(bad, bad);
            assertThat(own.functions()).noneMatch(v -> v.verdict() == Verdict.CHANGED);
            return true;
        } catch (FormatException e) {
            assertThat(e).hasMessageContaining("expected");
            return false;
        }
    }

    private static void debug(ElfObject bad) {
        try {
            LineTable.read(bad);
            DebugInfo.read(bad);
        } catch (FormatException e) {
            assertThat(e).hasMessageContaining("expected");
        }
    }

    /** Constants that refer to each other, more of them than a stack has room for. */
    @Test
    @Timeout(60)
    void longChainsOfConstants() throws IOException {
        StringBuilder source = new StringBuilder("struct s { const struct s *next; int v; };\n");
        source.append("static const struct s s0 = {0, <<1|2>>};\n");
        for (int i = 1; i < 20_000; i++) {
            source.append("static const struct s s%d = {&s%d, 1};\n".formatted(i, i - 1));
        }
        source.append("const struct s *f(void) { return &s19999; } int g(void) { return 1; }");
        ObjectDiff diff = Pairs.diff(scratch, source.toString(), "gcc-12", "-O1");
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).containsOnly("f");
    }
}
