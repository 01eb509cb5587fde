package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;

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
}
