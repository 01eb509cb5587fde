package suture.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Finding;

import java.nio.file.Path;
import java.util.List;

/** Which of two bodies a travelling reference goes to. */
class ClosureTest {
    private static final String SOURCE =
            """
            extern int a(int), b(int), c(int), d(int), e(int), f(int);
            int pick(int how, int x)
            {
                switch (how) {
                case 0: return a(x) + 1;
                case 1: return b(x) * 3;
                case 2: return c(x) - 5;
                case 3: return d(x) ^ 7;
                case 4: return e(x) | 9;
                case 5: return f(x) & ADDED;
                }
                return 0;
            }
            #if ADDED == 13
            static int (*const table[])(int, int) = { pick, 0, 0, 0 };
            int through(int how, int x) { return table[how & 3](how, x); }
            #endif
            """;

    @TempDir Path directory;

    /**
     * A jump table leads into the body it was made for, a stored function pointer to the function
     * that keeps its address. Seen in a random program: a table of absolute addresses led from the
     * new body into the middle of the old one.
     */
    @ParameterizedTest
    @ValueSource(strings = {"-fno-pie", "-fPIE", "-fno-pie -mcmodel=kernel"})
    void aJumpTableLeadsIntoItsOwnBody(String model) {
        PatchPlan plan = plan(model);
        assertThat(plan.findings()).isEmpty();
        List<Link> intoPick =
                plan.units().getFirst().pieces().stream()
                        .filter(piece -> piece.kind() == Piece.Kind.CONSTANT)
                        .flatMap(piece -> piece.links().stream())
                        .toList();
        assertThat(intoPick.stream().filter(ClosureTest::leadsToTheNewBody)).hasSize(6);
        assertThat(intoPick.stream().filter(link -> !leadsToTheNewBody(link)))
                .singleElement()
                .satisfies(link ->
                        assertThat(((Destination.Running) link.destination()).name())
                                .isEqualTo("pick"));
    }

    private static boolean leadsToTheNewBody(Link link) {
        return link.destination() instanceof Destination.Travelling(Piece piece)
                && piece.kind() == Piece.Kind.CODE;
    }

    private PatchPlan plan(String model) {
        String sections = " -ffunction-sections -fdata-sections";
        String[] options = ("-O2 -fcf-protection=none " + model + sections).split(" ", -1);
        Path original =
                Tool.compile(directory, "gcc-12", SOURCE.replace("ADDED", "11"), "orig.o", options);
        Path patched =
                Tool.compile(directory, "gcc-12", SOURCE.replace("ADDED", "13"), "new.o", options);
        return Planner.plan(
                List.of(new Planner.UnitDiff("unit.c", "program", diff(original, patched))),
                Hooks.NONE);
    }

    /**
     * The array is made from the address of the one in front: copied alone, that leads nowhere.
     * With a section of its own each is what it is, and what runs lies as it did.
     */
    @Test
    void anIndexOutOfAnArrayNeedsSectionsOfTheirOwn() {
        String source =
                """
                static const int first[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
                static const int second[8] = { 9, 10, 11, 12, 13, 14, 15, 16 };
                int get(long i) { return second[i + LESS] + ADDED; }
                int plain(int i) { return first[i & 7] + second[i & 7]; }
                """;
        String added =
                """
                #if ADDED == 2
                static const int third[8] = { 17, 18, 19, 20, 21, 22, 23, 24 };
                int more(int i) { return third[i & 7]; }
                #endif
                """;
        assertThat(shared("gcc-12", source, "3", "-fno-pie")).isEmpty();
        assertThat(shared("gcc-12", source + added, "3", "-fno-pie"))
                .singleElement()
                .matches(Finding::refuses)
                .satisfies(f -> assertThat(f.message()).contains("second+12"));
        assertThat(shared("gcc-12", source + added, "8", "-fno-pie"))
                .singleElement()
                .matches(f -> !f.refuses())
                .satisfies(f -> assertThat(f.message()).contains(".rodata from first on"));
        for (String less : List.of("3", "8")) {
            assertThat(shared("gcc-12", source + added, less, "-fno-pie -fdata-sections"))
                    .isEmpty();
        }
    }

    /** The table that clang makes for a switch has no name; it is said all the same. */
    @Test
    void anIndexOutOfWhatHasNoNameIsSaid() {
        String source =
                """
                int other(int x) { switch (x) { case 0: return 4; case 1: return LESS; case 2: return 8; case 3: return 77; case 4: return 1; }
                    return 0; }
                int get(int x) { switch (x) { case 0: return 9; case 1: return 31; case 2: return 18; case 3: return 7; case 4: return 2; }
                    return ADDED; }
                """;
        assertThat(shared("clang-16", source, "3", "-fno-pie"))
                .singleElement()
                .matches(f -> !f.refuses())
                .satisfies(f -> assertThat(f.message()).startsWith("it reaches .rodata from "));
        assertThat(shared("clang-16", source, "3", "-fno-pie -fdata-sections")).isEmpty();
    }

    private List<Finding> shared(String compiler, String source, String less, String options) {
        String[] words = ("-O2 " + options).split(" ", -1);
        String text = source.replace("LESS", less);
        Path x = Tool.compile(directory, compiler, text.replace("ADDED", "1"), "1.o", words);
        Path y = Tool.compile(directory, compiler, text.replace("ADDED", "2"), "2.o", words);
        return Planner.plan(
                        List.of(new Planner.UnitDiff("unit.c", "program", diff(x, y))), Hooks.NONE)
                .findings()
                .stream()
                .filter(f -> f.rule().equals("shared-section"))
                .toList();
    }

    /** A new function is what another file of the same program calls, and no other's. */
    @Test
    void bindsNewFunctionsWithinTheirOwner() {
        ObjectDiff adds = pair("adds", "", "int help(int x) { return x * 5; }\n");
        ObjectDiff calls =
                pair("calls", "int g(int x) { return x; }", "int g(int x) { return help(x); }");
        assertThat(destination(adds, calls, "one")).isInstanceOf(Destination.Travelling.class);
        assertThat(destination(adds, calls, "two")).isInstanceOf(Destination.External.class);
    }

    private ObjectDiff pair(String name, String before, String after) {
        String common = "int help(int); int " + name + "(void) { return 3; }\n";
        Path x = Tool.compile(directory, "gcc-12", common + before, name + "1.o", "-O2");
        Path y = Tool.compile(directory, "gcc-12", common + after, name + "2.o", "-O2");
        return diff(x, y);
    }

    private static ObjectDiff diff(Path before, Path after) {
        try {
            return Differ.diff(ElfReader.read(before), ElfReader.read(after));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Destination destination(ObjectDiff adds, ObjectDiff calls, String owner) {
        PatchPlan plan =
                Planner.plan(
                        List.of(
                                new Planner.UnitDiff("adds.c", "one", adds),
                                new Planner.UnitDiff("calls.c", owner, calls)),
                        Hooks.NONE);
        return plan.units().getLast().pieces().stream()
                .filter(p -> p.symbols().stream().anyMatch(s -> s.name().equals("g")))
                .findFirst()
                .orElseThrow()
                .links()
                .getFirst()
                .destination();
    }

    /**
     * A static without a byte, as lock keys are in most kernels: nothing that runs need be at its
     * place, so the payload has its own. A module without any other {@code .bss} ended the build.
     */
    @Test
    void aVariableWithoutBytesTravelsAndOneWithBytesDoesNot() {
        String source =
                """
                extern int use(void *, void *);
                int f(int x)
                {
                    static struct { } key;
                    static struct { int held; } lock;
                    return use(&key, &lock) + CONSTANT;
                }
                """;
        ObjectDiff diff =
                pair("keys", source.replace("CONSTANT", "1"), source.replace("CONSTANT", "2"));
        PatchPlan plan =
                Planner.plan(List.of(new Planner.UnitDiff("unit.c", "program", diff)), Hooks.NONE);
        assertThat(plan.findings()).isEmpty();
        List<Destination> state =
                plan.units().getFirst().pieces().stream()
                        .flatMap(piece -> piece.links().stream())
                        .map(Link::destination)
                        .filter(to -> !(to instanceof Destination.External))
                        .toList();
        assertThat(state).hasSize(2);
        assertThat(state)
                .anyMatch(to ->
                        to instanceof Destination.Travelling(Piece piece)
                                && piece.size() == 0
                                && piece.kind() == Piece.Kind.STATE)
                .anyMatch(to ->
                        to instanceof Destination.Running running
                                && running.name().startsWith("lock"));
    }
}
