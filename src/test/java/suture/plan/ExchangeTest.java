package suture.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfReader;
import suture.elf.Symbol;
import suture.elf.Tool;
import suture.finding.Finding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a payload's code is bound to that another unit of the patch defines. */
class ExchangeTest {
    private static final String USER =
            """
            extern int shared, other(int);
            int user(int x)
            {
            #if PATCHED
                USE
            #endif
                return x;
            }
            """;

    @TempDir Path directory;
    private int objects;

    @Test
    void aStaticThatBecomesGlobalIsTheOneThatRuns() {
        ObjectDiff gives =
                pair(
                        """
                        #if !PATCHED
                        static
                        #endif
                        int shared = 3;
                        int mine(void) { return shared++; }
                        """);
        assertThat(gives.outcome()).isEqualTo("unchanged");
        assertThat(Planner.concerns(gives)).isTrue();
        PatchPlan plan = plan(unit("kernel", gives), unit("kernel", user("x += shared;")));
        assertThat(plan.findings()).isEmpty();
        assertThat(plan.units()).hasSize(1);
        Destination.Running to = (Destination.Running) destination(plan, "user");
        assertThat(to.original()).isSameAs(gives.original().object());
        assertThat(to.name()).isEqualTo("shared");
        assertThat(to.function()).isFalse();
    }

    @Test
    void aFunctionThatBecomesGlobalIsTheOneThatRunsUnlessItChanges() {
        String source =
                """
                #if !PATCHED
                static
                #endif
                __attribute__((noinline)) int other(int x) { return x * FACTOR; }
                int mine(int x) { return other(x) + 1; }
                """;
        ObjectDiff same = pair(source.replace("FACTOR", "37"));
        Destination.Running to =
                (Destination.Running)
                        destination(
                                plan(unit("kernel", same), unit("kernel", user("x = other(x);"))),
                                "user");
        assertThat(to.original()).isSameAs(same.original().object());
        assertThat(to.name()).isEqualTo("other");
        assertThat(to.function()).isTrue();

        ObjectDiff changed = pair(source.replace("FACTOR", "(37 + PATCHED)"));
        assertThat(
                        destination(
                                plan(
                                        unit("kernel", changed),
                                        unit("kernel", user("x = other(x);"))),
                                "user"))
                .isInstanceOf(Destination.Travelling.class);
    }

    /** What others could see before they find by its name, as they did. */
    @Test
    void whatWasGlobalIsFoundByItsName() {
        ObjectDiff gives = pair("int other(int x) { return x * (37 + PATCHED); }\n");
        PatchPlan plan = plan(unit("kernel", gives), unit("kernel", user("x = other(x);")));
        assertThat(destination(plan, "user")).isInstanceOf(Destination.External.class);
    }

    /** A stored pointer to a replaced function outlives the patch, so it leads to what runs. */
    @Test
    void whatIsStoredIsTheEntryThatRuns() {
        ObjectDiff gives =
                pair(
                        """
                        #if !PATCHED
                        static
                        #endif
                        __attribute__((noinline)) int other(int x) { return x * (PATCHED + 37); }
                        int mine(int x) { return other(x) + 1; }
                        """);
        ObjectDiff stores =
                user("static int (*const table[])(int) = { 0, other }; x = table[x & 1](x);");
        PatchPlan plan = plan(unit("kernel", gives), unit("kernel", stores));
        assertThat(
                        plan.units().getLast().pieces().stream()
                                .filter(piece -> piece.kind() == Piece.Kind.CONSTANT)
                                .flatMap(piece -> piece.links().stream())
                                .map(Link::destination))
                .singleElement()
                .isInstanceOfSatisfying(
                        Destination.Running.class,
                        to -> assertThat(to.original()).isSameAs(gives.original().object()));
    }

    /** What nobody wants stays at home; what is wanted brings what it wants itself. */
    @Test
    void newVariablesTravelIfSomebodyWantsThem() {
        ObjectDiff gives =
                pair(
                        """
                        int here(void) { return 3; }
                        #if PATCHED
                        extern int further;
                        int *shared = &further;
                        int nobodys = 7;
                        #endif
                        """);
        ObjectDiff further =
                pair("int there(void) { return 4; }\n#if PATCHED\nint further = 9;\n#endif\n");
        PatchPlan alone = plan(unit("kernel", gives), unit("kernel", further));
        assertThat(alone.units()).isEmpty();
        PatchPlan plan =
                plan(
                        unit("kernel", further),
                        unit("kernel", gives),
                        unit("kernel", user("x += shared;")));
        assertThat(names(plan)).containsExactly("further", "shared", "user");
        assertThat(destination(plan, "user")).isInstanceOf(Destination.Travelling.class);
        assertThat(destination(plan, "shared")).isInstanceOf(Destination.Travelling.class);
    }

    /** A module sees what the kernel has, and the kernel nothing of a module. */
    @Test
    void namesAreSeenWhereTheyWouldBeLinked() {
        ObjectDiff gives = pair("#if PATCHED\nint shared = 9;\n#endif\n");
        ObjectDiff uses = user("x += shared;");
        Visibility modules = (_, other) -> other.equals("kernel");
        assertThat(destination(plan(modules, unit("kernel", gives), unit("module", uses)), "user"))
                .isInstanceOf(Destination.Travelling.class);
        assertThat(destination(plan(modules, unit("module", gives), unit("kernel", uses)), "user"))
                .isInstanceOf(Destination.External.class);
        assertThat(destination(plan(unit("kernel", gives), unit("module", uses)), "user"))
                .isInstanceOf(Destination.External.class);
    }

    /** Two modules may each have a name; within one object there is one strong definition. */
    @Test
    void aNameIsDefinedOnceInAnObject() {
        String added = "#if PATCHED\nATTRIBUTE int shared = VALUE;\n#endif\n";
        ObjectDiff strong = pair(added.replace("ATTRIBUTE", "").replace("VALUE", "1"));
        ObjectDiff again = pair(added.replace("ATTRIBUTE", "").replace("VALUE", "2"));
        ObjectDiff weak =
                pair(added.replace("ATTRIBUTE", "__attribute__((weak))").replace("VALUE", "3"));
        ObjectDiff uses = user("x += shared;");
        assertThat(plan(unit("one", strong), unit("one", again)).findings())
                .extracting(Finding::rule)
                .containsExactly("defined-twice");
        PatchPlan two = plan(unit("one", strong), unit("two", again), unit("two", uses));
        assertThat(two.findings()).isEmpty();
        assertThat(value(two)).isEqualTo(2);
        // A unit with a weak one would be bound to its own, and a linker takes the strong one.
        for (List<ObjectDiff> order :
                List.of(List.of(weak, strong), List.of(strong, weak), List.of(weak, weak))) {
            PatchPlan plan = plan(unit("one", order.getFirst()), unit("one", order.getLast()));
            assertThat(plan.findings()).extracting(Finding::rule).containsExactly("defined-twice");
        }
        Visibility all = (_, _) -> true;
        assertThat(plan(all, unit("a", strong), unit("b", again), unit("c", uses)).findings())
                .extracting(Finding::rule)
                .containsExactly("defined-twice");
    }

    /** An inline function of C++ is in each unit that needs it. */
    @Test
    void copiesOfOneBodyDoNotContradict() {
        String added =
                """
                #if PATCHED
                asm(".section .text.both,\\"axG\\",@progbits,both,comdat\\n"
                    ".weak both\\n.type both,@function\\nboth: ret\\n.size both, .-both\\n.text");
                #endif
                int here(void) { return 3; }
                """;
        PatchPlan plan = plan(unit("one", pair(added)), unit("one", pair(added)));
        assertThat(plan.findings()).isEmpty();
        assertThat(names(plan)).contains("both");
    }

    /** The value of the variable that {@code user} is bound to. */
    private static long value(PatchPlan plan) {
        return ((Destination.Travelling) destination(plan, "user")).piece().content().u8(0);
    }

    private static List<String> names(PatchPlan plan) {
        List<String> names = new ArrayList<>();
        for (UnitPlan unit : plan.units()) {
            unit.pieces().stream()
                    .flatMap(piece -> piece.symbols().stream())
                    .map(Symbol::name)
                    .forEach(names::add);
        }
        return names;
    }

    /** Where the only link of the thing of that name goes. */
    private static Destination destination(PatchPlan plan, String name) {
        List<Link> links =
                plan.units().stream()
                        .flatMap(unit -> unit.pieces().stream())
                        .filter(p -> p.symbols().stream().anyMatch(s -> s.name().equals(name)))
                        .flatMap(piece -> piece.links().stream())
                        .toList();
        assertThat(links).as(name).hasSize(1);
        return links.getFirst().destination();
    }

    private ObjectDiff user(String use) {
        return pair(USER.replace("USE", use));
    }

    /** One source, compiled with and without the patch. */
    private ObjectDiff pair(String source) {
        int number = ++objects;
        try {
            return Differ.diff(
                    ElfReader.read(compile(source, "-DPATCHED=0", "o" + number)),
                    ElfReader.read(compile(source, "-DPATCHED=1", "p" + number)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path compile(String source, String define, String name) {
        return Tool.compile(
                directory,
                "gcc-12",
                source,
                name + ".o",
                "-O2",
                "-fno-pie",
                "-fcf-protection=none",
                "-fno-asynchronous-unwind-tables",
                "-ffunction-sections",
                "-fdata-sections",
                define);
    }

    private static Planner.UnitDiff unit(String owner, ObjectDiff diff) {
        return new Planner.UnitDiff(diff.patched().object().file(), owner, diff);
    }

    private static PatchPlan plan(Planner.UnitDiff... units) {
        return plan(Visibility.OWN, units);
    }

    private static PatchPlan plan(Visibility visibility, Planner.UnitDiff... units) {
        return Planner.plan(List.of(units), Hooks.NONE, visibility);
    }
}
