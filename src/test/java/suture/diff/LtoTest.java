package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Severity;
import suture.graph.Atom;
import suture.graph.Reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Several files, optimised and made into one relocatable object by the link: functions of one file
 * land in those of another, and statics of equal names get numbers ({@code helper.lto_priv.1},
 * {@code helper.8}) or hashes ({@code helper.llvm.123}) that move with every edit, some of them
 * visible to all.
 */
class LtoTest {
    private static final Pattern EDIT = Pattern.compile("<(\\w)<(.*?)\\|(.*?)>>", Pattern.DOTALL);

    private static final String HEADER =
            """
            extern int ext(int *); extern void say(const char *, ...);
            int small(int); int touch(int); int touchb(int); int touchz(int);
            static inline void bump(int *p) { static int bumps; bumps += *p; say("bump %d", bumps); }
            #define NOINLINE __attribute__((noinline))
            """;

    private static final Set<String> OF_THE_FRONT = Set.of("zero", "touchz", "helper in zero");

    /**
     * Z: statics of names that the others have too, in the file that is linked first. B: nearly
     * everything. C: one constant. I: what is inlined in other files.
     */
    private static final Map<String, String> FILES = files();

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "zero.c",
                """
                <Z<|static int n; static int table[4] = {9, 9, 9, 9};
                NOINLINE static int helper(int x, int *p) { n *= x; say("in zero"); return ext(p) * table[x & 3]; }
                int zero(int x) { static int calls; calls -= x; say("zero %d", calls); return helper(x, &n) + touch(x); }
                int touchz(int x) { return helper(x, &n) + 5; }>>
                int first(int x) { say("first"); return ext(&x); }
                """);
        files.put(
                "alpha.c",
                """
                static int n;
                static int table[4] = {1, 2, 3, 4};
                NOINLINE static int helper(int x, int *p) { n += x; say("in alpha");
                    return ext(p) + table[x & 3] + <B<0|5 * x>> + <C<11|12>>; }
                int alpha(int x) { static int calls; int y = x; calls++; say("alpha %d", calls + <B<0|5>>); bump(&x);
                    return helper(x, &y) + small(x); }
                int alpha2(int x) { int y = x; return helper(x + <B<1|2>>, &y) * 3; }
                int names(int x) { switch (x) { case 0: return 90; case 1: return 14; case 2: return 7; case 3:
                    return 120; case 4: return 18; case 5: return 13; } say("names"); return touch(x); }
                """);
        files.put(
                "beta.c",
                """
                static int n;
                static int table[4] = {5, 6, 7, 8};
                NOINLINE static int helper(int x, int *p) { n -= x; say("in beta");
                    return ext(p) - table[x & 3] * <B<1|3>>; }
                int small(int x) { return x * <I<7|9>> + 1; }
                int beta(int x) { static int calls; int y = x; calls += 2; say("beta %d", calls + <B<0|7>>); bump(&y);
                    return helper(x, &y) - small(x + 5); }
                int beta2(int x) { int y = x; return helper(x + <B<1|2>>, &y) * 5; }
                int touchb(int x) { return helper(x, &n) + <B<1|4>>; }
                """);
        files.put(
                "gamma.c",
                """
                static int n;
                NOINLINE static int helper(int x, int *p) { n ^= x; say("in gamma"); return ext(p) - 77; }
                int gamma_(int x) { static int calls; calls--; n ^= x; say("gamma %d", calls + n); return small(x) ^ 3; }
                int delta(int x) { say("delta"); bump(&x); return ext(&x) + n + touchb(x); }
                int touch(int x) { static int calls; calls += 3; return helper(x, &n) + 1 + calls; }
                """);
        return files;
    }

    @ParameterizedTest
    @CsvSource({
        "gcc-12, -O2 -fno-pie, one",
        "gcc-12, -O2 -fno-pie, none",
        "gcc-12, -O2 -fno-pie, max",
        "gcc-11, -O3 -fno-pie -ffunction-sections -fdata-sections, one",
        "gcc-11, -Os -fno-semantic-interposition -ffunction-sections -fdata-sections, max",
        "gcc-12, -O2 -fno-pie -ffunction-sections -fdata-sections, 1to1",
        "aarch64-linux-gnu-gcc, -O2 -fno-pie -ffunction-sections -fdata-sections, max",
        "powerpc64le-linux-gnu-gcc, -O2 -fno-pie -ffunction-sections -fdata-sections, max",
        "s390x-linux-gnu-gcc, -O2 -fno-pie -ffunction-sections -fdata-sections, one",
        "clang-16, -O2 -flto, ''",
        "clang-16, -O2 -flto=thin, ''",
        "clang-14, -O2 -flto=thin -ffunction-sections -fdata-sections, ''",
        "clang-14, -Os -flto -fdata-sections, ''",
        "clang-16, --target=aarch64-linux-gnu -O2 -flto=thin, ''"
    })
    void exactSets(String compiler, String options, String partition, @TempDir Path directory)
            throws IOException {
        Unit unit = new Unit(directory, compiler, List.of(options.split(" ", -1)), partition);
        Path original = unit.build("");

        ObjectDiff front = diff(original, unit.build("Z"));
        assertThat(changed(front)).as(front.functions().toString()).isEmpty();
        assertThat(Pairs.functions(front, Verdict.NEW)).contains("zero", "touchz");

        assertThat(changed(diff(original, unit.build("CZ")))).containsExactly("helper in alpha");

        ObjectDiff inlined = diff(original, unit.build("I"));
        assertThat(callers(inlined, "small")).isEmpty();
        assertThat(changed(inlined)).containsExactly("alpha", "beta", "gamma_", "small");

        assertThat(changed(diff(original, unit.build("BZ"))))
                .contains("helper in alpha", "helper in beta", "alpha", "alpha2", "beta")
                .contains("beta2", "touchb")
                .doesNotContain("helper in gamma", "gamma_", "small", "first");
    }

    private static ObjectDiff diff(Path original, Path patched) throws IOException {
        ObjectDiff diff = Differ.diff(ElfReader.read(original), ElfReader.read(patched));
        assertThat(Pairs.rules(diff, Severity.ERROR)).as(diff.findings().toString()).isEmpty();
        assertThat(Pairs.functions(diff, Verdict.REMOVED)).isEmpty();
        for (FunctionVerdict function : diff.functions()) {
            Atom before = function.original();
            Atom after = function.patched();
            if (before != null && after != null) {
                assertThat(nameIn(after)).isEqualTo(nameIn(before));
                assertThat(function.redirect()).isEqualTo(function.verdict() == Verdict.CHANGED);
            }
        }
        keepsState(diff);
        return diff;
    }

    /** What used a variable in the original uses its twin, and only what is new does too. */
    private static void keepsState(ObjectDiff diff) {
        for (DataVerdict datum : diff.data()) {
            Atom before = datum.original();
            Atom after = datum.patched();
            if (before != null && after != null && before.state()) {
                assertThat(users(diff.patched().atoms(), after))
                        .isEqualTo(users(diff.original().atoms(), before));
            }
            assertThat(datum.verdict()).isNotEqualTo(Verdict.REMOVED);
        }
    }

    private static Set<String> users(List<Atom> atoms, Atom datum) {
        return atoms.stream()
                .filter(Atom::code)
                .filter(a -> a.references().stream().anyMatch(r -> r.target() == datum))
                .map(LtoTest::nameIn)
                .filter(name -> !OF_THE_FRONT.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> changed(ObjectDiff diff) {
        return diff.functions().stream()
                .filter(f -> f.verdict() == Verdict.CHANGED || f.verdict() == Verdict.IMPACTED)
                .map(f -> nameIn(f.atom()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The name in the source; of a helper, with the file, which the string in it says. */
    private static String nameIn(Atom function) {
        String name = function.name().replaceAll("\\..*", "");
        return name.equals("helper")
                ? function.references().stream()
                        .filter(r -> r.target().kind() == Atom.Kind.STRING)
                        .map(r -> name + " " + r.target().text(r.targetOffset()))
                        .distinct()
                        .collect(Collectors.joining(", "))
                : name;
    }

    private static Set<String> callers(ObjectDiff diff, String name) {
        Set<String> callers = new TreeSet<>();
        for (Atom atom : diff.patched().atoms()) {
            for (Reference reference : atom.code() ? atom.references() : List.<Reference>of()) {
                if (reference.target().name().equals(name)) {
                    callers.add(atom.name());
                }
            }
        }
        return callers;
    }

    /**
     * How the files become one object.
     *
     * @param partition into how many parts gcc cuts the program; empty for clang
     */
    private record Unit(Path directory, String compiler, List<String> options, String partition) {
        Path build(String edits) throws IOException {
            Path place = Files.createDirectories(directory.resolve("edits" + edits));
            List<String> objects = new ArrayList<>();
            for (Map.Entry<String, String> file : FILES.entrySet()) {
                String text =
                        HEADER
                                + EDIT.matcher(file.getValue())
                                        .replaceAll(m -> edits.contains(m.group(1)) ? "$3" : "$2");
                List<String> all = new ArrayList<>(options);
                if (!partition.isEmpty()) {
                    all.add("-flto");
                }
                String name = file.getKey().replace(".c", ".o");
                Tool.compile(place, compiler, text, name, all.toArray(String[]::new));
                objects.add(name);
            }
            List<String> link = new ArrayList<>();
            if (partition.isEmpty()) {
                link.addAll(List.of("ld.lld-16", "-r"));
            } else {
                link.add(compiler);
                link.addAll(options);
                link.addAll(List.of("-flto=1", "-flto-partition=" + partition));
                link.addAll(List.of("-r", "-nostdlib", "-flinker-output=nolto-rel"));
            }
            link.addAll(objects);
            link.addAll(List.of("-o", "unit.o"));
            Tool.run(place, link.toArray(String[]::new));
            return place.resolve("unit.o");
        }
    }
}
