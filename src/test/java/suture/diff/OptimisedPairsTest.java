package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import suture.finding.Severity;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What optimising compilers do beyond the function that was edited: exact sets. */
class OptimisedPairsTest {
    @TempDir Path directory;

    static Stream<Arguments> pairs() {
        return Stream.concat(DataPairs.ALL.stream(), CodePairs.ALL.stream())
                .flatMap(pair ->
                        pair.compilers().stream()
                                .map(compiler -> Arguments.of(pair.title(), compiler, pair)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("pairs")
    void exactlyThatIsReported(String title, String compiler, OptimisedPair pair) throws Exception {
        String[] words = compiler.split(" ", -1);
        ObjectDiff diff =
                Pairs.diff(
                        directory,
                        pair.source(),
                        words[0],
                        Arrays.copyOfRange(words, 1, words.length));
        assertThat(Pairs.rules(diff, Severity.ERROR)).isEmpty();
        Set<String> reported =
                Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED, Verdict.NEW);
        assertThat(without(reported, pair)).isEqualTo(new TreeSet<>(pair.reported()));
        if (pair.redirected() != null) {
            assertThat(Pairs.redirected(diff)).containsAll(pair.redirected());
            assertThat(pair.redirected()).containsAll(without(Pairs.redirected(diff), pair));
        }
    }

    private static Set<String> without(Set<String> names, OptimisedPair pair) {
        Set<String> rest = new TreeSet<>(names);
        rest.removeIf(name -> pair.optional().contains(name) && !pair.reported().contains(name));
        return rest;
    }
}
