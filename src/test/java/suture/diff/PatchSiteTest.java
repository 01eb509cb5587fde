package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** A changed function whose entry nothing can redirect is replaced through its callers. */
class PatchSiteTest {
    private static final String SOURCE =
            """
            extern int work(int);
            #define NOTRACE __attribute__((no_instrument_function, noinline, noclone))
            static NOTRACE int inner(int x) { return work(x) + <<1|2>>; }
            static NOTRACE int middle(int x) { return inner(x) * 3; }
            int outer(int x) { return middle(x) - 5; }
            int other(int x) { return work(x); }
            """;

    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({
        "-pg -mfentry,               outer, inner middle outer",
        "-fpatchable-function-entry=5, inner, inner", // the attribute does not count there
        "-O2,                        inner, inner",
    })
    void callersCarryTheChange(String options, String redirected, String travelling)
            throws Exception {
        ObjectDiff diff = diff(SOURCE, options);
        assertThat(Pairs.redirected(diff)).isEqualTo(words(redirected));
        assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED))
                .isEqualTo(words(travelling));
    }

    @ParameterizedTest
    @CsvSource({
        "'int (*table)(int) = inner;'",
        "'int use(int (*)(int)); int taker(void) { return use(inner); }'"
    })
    void whatOthersMayEnterIsNotLeftToItsCallers(String taker) throws Exception {
        ObjectDiff diff = diff(SOURCE + taker, "-pg -mfentry");
        // Not proven to be entered by calls alone: the target refuses the missing site.
        assertThat(Pairs.redirected(diff)).contains("inner");
    }

    /** Half of the room may lie in front of the function's symbol. */
    @ParameterizedTest
    @CsvSource({
        "aarch64-linux-gnu-gcc, '-O2 -ffunction-sections'",
        "aarch64-linux-gnu-gcc, -O2",
        "gcc-12, '-O2 -ffunction-sections'"
    })
    void roomInFrontOfAFunctionIsItsSite(String compiler, String options) throws Exception {
        String source =
                """
                extern int work(int);
                #define ROOM(all, front) __attribute__((patchable_function_entry(all, front)))
                static ROOM(4, 2) __attribute__((noinline, noclone)) int inner(int x)
                { return work(x) + <<1|2>>; }
                ROOM(2, 0) int outer(int x) { return inner(x) * 3; }
                """;
        ObjectDiff diff = Pairs.diff(scratch, source, compiler, options.split(" ", -1));
        assertThat(Pairs.redirected(diff)).containsOnly("inner");
        assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED)).containsOnly("inner");
    }

    private ObjectDiff diff(String source, String options) throws Exception {
        String all = "-O2 -g -fno-pie -ffunction-sections -fno-ipa-ra " + options;
        return Pairs.diff(scratch, source, "gcc-12", all.split(" +", -1));
    }

    private static Set<String> words(String words) {
        return new TreeSet<>(Set.of(words.split(" ", -1)));
    }
}
