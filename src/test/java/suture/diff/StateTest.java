package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.finding.Severity;
import suture.graph.Atom;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** A static variable keeps its running value, however its functions reach it. */
class StateTest {
    /**
     * Both functions changed, so nothing equal forces the pairs; on ppc64 with the large model an
     * entry of the TOC stands between a function and its variable.
     */
    @ParameterizedTest
    @CsvSource({
        "gcc-12, -O2 -fno-pic",
        "clang-16, -O2",
        "powerpc64le-linux-gnu-gcc, -O2 -mcmodel=large -fdata-sections",
        "s390x-linux-gnu-gcc, -O2 -fPIC -fdata-sections",
        "aarch64-linux-gnu-gcc, -O2 -fdata-sections"
    })
    void eachOfTwoChangedFunctionsKeepsItsOwn(
            String compiler, String options, @TempDir Path directory) throws IOException {
        ObjectDiff diff =
                Pairs.diff(
                        directory,
                        """
                        <<|extern int far(int); int front(int x) { static int n; return far(n += x); }>>
                        extern int ext(int *);
                        int f(int x) { static int n; n += x; return ext(&n) + <<1|2>>; }
                        int g(int x) { static int n; n -= x; return ext(&n) + <<3|4>>; }
                        """,
                        compiler,
                        options.split(" ", -1));
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).containsOnly("f", "g");
        assertThat(diff.data()).filteredOn(d -> d.verdict() == Verdict.REMOVED).isEmpty();
        assertThat(diff.data())
                .filteredOn(d -> d.verdict() == Verdict.NEW)
                .hasSize(1)
                .allSatisfy(d -> assertThat(d.name()).contains("n"));
    }

    /**
     * What {@code f} used is gone, and what {@code g} uses has come into it: the one that both use
     * now is not the one of {@code f}.
     */
    @ParameterizedTest
    @CsvSource({"gcc-12, -O2", "clang-16, -O2", "aarch64-linux-gnu-gcc, -O2 -fdata-sections"})
    void usersThatContradictEachOtherDecideNothing(
            String compiler, String options, @TempDir Path directory) throws IOException {
        ObjectDiff diff =
                Pairs.diff(
                        directory,
                        """
                        extern int ext(int *);
                        static inline __attribute__((always_inline)) int of_g(int x) {
                            static int n; n -= x; return ext(&n) + <<3|4>>; }
                        int f(int x) { <<static int n; n += x; return ext(&n) + 1;|return of_g(x) + 2;>> }
                        int g(int x) { return of_g(x) + <<0|9>>; }
                        """,
                        compiler,
                        options.split(" ", -1));
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).containsOnly("f", "g");
        boolean refused = Pairs.rules(diff, Severity.ERROR).contains("ambiguous-state");
        boolean right = users(diff).equals(Set.of("g"));
        // clang's names say which function a static is of
        assertThat(compiler.startsWith("clang") ? right : refused)
                .as(diff.data() + " " + diff.findings())
                .isTrue();
    }

    /** Who used, in the original, what the patched functions get. */
    private static Set<String> users(ObjectDiff diff) {
        Set<Atom> kept = new HashSet<>();
        diff.data().stream()
                .filter(d -> d.verdict() == Verdict.UNCHANGED)
                .forEach(d -> kept.add(d.original()));
        return diff.original().atoms().stream()
                .filter(a -> a.references().stream().anyMatch(r -> kept.contains(r.target())))
                .map(Atom::name)
                .collect(Collectors.toSet());
    }
}
