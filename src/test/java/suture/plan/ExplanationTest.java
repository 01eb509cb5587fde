package suture.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.diff.Differ;
import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Reason;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.finding.Severity;
import suture.impact.Edits;
import suture.impact.Roots;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reasons down to the changed line, and judgements on code that cannot be replaced. */
class ExplanationTest {
    private static final Pattern EDIT = Pattern.compile("<<(.*?)\\|(.*?)>>");

    @TempDir Path scratch;

    @Test
    void inlinedBodiesLeadToTheChangedLine() throws Exception {
        ObjectDiff diff =
                explain(
                        """
                        extern int work(int);
                        static inline int do_x(int x)
                        {
                            return work(x) + <<1|2>>;
                        }
                        int sys_y(int x)
                        {
                            return do_x(x) * 2;
                        }
                        int z(int x) { return work(x); }
                        """,
                        "");
        assertThat(chain(diff, "sys_y"))
                .containsExactly("sys_y: inlines do_x at t.o.c:8", "do_x: changed line t.o.c:4");
        assertThat(diff.functions()).noneMatch(f -> f.base().equals("z") && f.verdict().travels());
    }

    @Test
    void whatThePatchAddsIsSaidToBeAdded() throws Exception {
        ObjectDiff diff =
                explain(
                        """
                        extern int work(int);
                        <<|__attribute__((noinline)) static int fresh(int x) { return work(x) * 7; }>>
                        int a(int x) { return x + <<1|fresh(x)>>; }
                        """,
                        "");
        assertThat(chain(diff, "fresh")).containsExactly("fresh: added with the lines at t.o.c:2");
        assertThat(chain(diff, "a")).containsExactly("a: changed line t.o.c:3");
    }

    @Test
    void ownLinesComeFirstAndEndWithTheFunction() throws Exception {
        ObjectDiff diff =
                explain(
                        """
                        extern int work(int);
                        int a(int x)
                        {
                            if (x) { x = work('}'); } /* } */
                            return work(x) + <<1|2>>;
                        }
                        int b(int x) { return work(x) + <<1|2>>; }
                        """,
                        "");
        assertThat(chain(diff, "a")).containsExactly("a: changed line t.o.c:5");
        assertThat(chain(diff, "b")).containsExactly("b: changed line t.o.c:7");
    }

    @Test
    void callsThatThePureFunctionSavedAreTheReason() throws Exception {
        ObjectDiff diff =
                explain(
                        """
                        extern int say(int);
                        static __attribute__((noinline)) int calc(int x)
                        { int i, r = x; for (i = 0; i < 64; i++) r = r * 31 + i; <<|say(r);>> return r; }
                        int a(int x) { int s = calc(x); say(1); return s + calc(x); }
                        """,
                        "");
        assertThat(chain(diff, "a"))
                .containsExactly(
                        "a: has 2 calls of calc instead of 1", "calc: changed line t.o.c:3");
    }

    @Test
    void equalCodeTravelsForWhatItCalls() throws Exception {
        // All in one line, as a macro makes them.
        ObjectDiff diff =
                explain(
                        """
                        extern int work(int);
                        static __attribute__((no_instrument_function, noinline, noclone)) int inner(int x) { return work(x) + <<1|2>>; } int outer(int x) { return inner(x); }
                        """,
                        "-pg");
        assertThat(chain(diff, "outer"))
                .containsExactly(
                        "outer: calls inner, whose entry is not redirected",
                        "inner: changed line t.o.c:2");
    }

    @ParameterizedTest
    @CsvSource({
        // what changes      section of setup   the rule
        "callee,             .init.text,        by-catch",
        "own,                .init.text,        changed-init-section",
        "inlined,            .init.text,        changed-init-section",
        "macro,              .init.text,        changed-init-section",
        "shared,             .init.text,        by-catch",
        "shared,             .noinstr.text,     changed-init-section",
        "shared and own,     .init.text,        changed-init-section",
        "callee,             .noinstr.text,     change-cannot-reach",
        "own,                .noinstr.text,     changed-init-section",
    })
    void codeThatCannotBeReplacedStopsThePatchOnlyForAChange(
            String what, String section, String rule) throws Exception {
        String source =
                """
                #define N <<macro>>
                struct s { int a, b, c, d; long e[8]; };
                extern void use(int);
                static __attribute__((noinline)) int f(struct s *p, int k)
                { int v = p->b; <<callee>> use(v + k); use(v); return v; }
                static inline void inl(int x) { use(x + <<inlined>>); }
                static inline void both(int x) { use(x * <<shared>>); }
                __attribute__((section("%s"))) int setup(struct s *p)
                { inl(3); both(4); return f(p, N) + <<own>>; }
                int run(struct s *p) { both(p->a); return f(p, p->c) + 3; }
                """
                        .formatted(section);
        ObjectDiff diff =
                explain(
                        source.replace("<<callee>>", what.equals("callee") ? "<<|p->d = 1;>>" : "")
                                .replace("<<own>>", what.endsWith("own") ? "<<1|2>>" : "1")
                                .replace("<<shared>>", what.startsWith("shared") ? "<<3|7>>" : "3")
                                .replace("<<inlined>>", what.equals("inlined") ? "<<1|2>>" : "1")
                                .replace("<<macro>>", what.equals("macro") ? "<<1|2>>" : "1"),
                        "-fno-ipa-cp");
        assertThat(diff.findings())
                .filteredOn(f -> f.severity() != Severity.NOTE)
                .extracting(Finding::rule)
                .containsExactly(rule);
    }

    @ParameterizedTest
    @CsvSource({
        // the section of leave, its caller's call; the unit is part of; what is said
        ".exit.text,    OF_A_MODULE,  change-cannot-reach:ERROR",
        ".exit.text,    NOT_KNOWN,    change-cannot-reach:WARNING",
        ".exit.text,    OF_AN_IMAGE,  ",
        ".init.text,    OF_A_MODULE,  ",
        ".noinstr.text, OF_AN_IMAGE,  change-cannot-reach:ERROR",
    })
    void equalExitCodeThatCallsWhatIsNotRedirectedRunsInAModule(
            String section, Explanation.Part part, @Nullable String said) throws Exception {
        ObjectDiff diff =
                explain(
                        """
                        extern int work(int);
                        static __attribute__((no_instrument_function, noinline, noclone)) int inner(int x) { return work(x) + <<1|2>>; } __attribute__((no_instrument_function, section("%s"))) int leave(int x) { return inner(x); } int other(int x) { return inner(x) + 1; }
                        """
                                .formatted(section),
                        "-pg",
                        part);
        assertThat(diff.findings())
                .filteredOn(f -> f.severity() != Severity.NOTE)
                .extracting(f -> f.rule() + ":" + f.severity())
                .isEqualTo(said == null ? List.of() : List.of(said));
    }

    @Test
    void thresholdNamesWhatMakesThePatchLarge() throws Exception {
        ObjectDiff diff =
                explain(
                        """
                        extern int work(int);
                        static inline __attribute__((always_inline)) int hot(int x)
                        { return work(x) + <<1|2>>; }
                        int a(int x) { return hot(x); }
                        int b(int x) { return hot(x) + 1; }
                        int c(int x) { return hot(x) + 2; }
                        """,
                        "");
        assertThat(Threshold.check(List.of(diff), 3)).isEmpty();
        assertThat(Threshold.check(List.of(diff), 2).orElseThrow().message())
                .contains("3 functions", "3 of them lead to hot: changed line t.o.c:3");
    }

    private ObjectDiff explain(String source, String option) throws Exception {
        return explain(source, option, Explanation.Part.OF_AN_IMAGE);
    }

    private ObjectDiff explain(String source, String option, Explanation.Part part)
            throws Exception {
        List<Edits.Edit> places = new ArrayList<>();
        List<String> lines = source.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (EDIT.matcher(lines.get(i)).find()) {
                places.add(new Edits.Edit("t.o.c", i + 1, i + 1, false, 1));
            }
        }
        Edits edits = new Edits();
        String before = EDIT.matcher(source).replaceAll("$1");
        edits.add("t.o.c", before.lines().map(l -> l + "\n").toList(), places);
        return Explanation.of(
                Differ.diff(
                        ElfReader.read(compile("a", before, option)),
                        ElfReader.read(
                                compile("b", EDIT.matcher(source).replaceAll("$2"), option))),
                new Roots.Edited(edits),
                part);
    }

    private Path compile(String name, String source, String option) throws Exception {
        Path directory = Files.createDirectory(scratch.resolve(name));
        List<String> options =
                new ArrayList<>(List.of("-O2", "-g", "-ffunction-sections", "-fdata-sections"));
        if (!option.isEmpty()) {
            options.add(option);
        }
        return Tool.compile(directory, "gcc-12", source, "t.o", options.toArray(String[]::new));
    }

    private static List<String> chain(ObjectDiff diff, String name) {
        FunctionVerdict verdict =
                diff.functions().stream()
                        .filter(f -> f.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        return verdict.reasons().stream()
                .filter(r -> r.original().isEmpty() && r.patched().isEmpty())
                .map(Reason::where)
                .collect(Collectors.toList());
    }
}
