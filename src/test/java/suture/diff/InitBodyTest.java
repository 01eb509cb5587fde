package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.finding.Severity;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Initialisation code that differs only in the body of another function: it has run, and the
 * function itself is replaced. What is its own refuses.
 */
class InitBodyTest {
    @ParameterizedTest
    @CsvSource({
        "gcc-12,   -g,  body,          by-catch",
        "clang-16, -g,  body,          by-catch",
        "gcc-12,   -g0, body,          changed-init-section",
        "gcc-12,   -g,  own,           changed-init-section",
        "clang-16, -g,  own,           changed-init-section",
        "gcc-12,   -g,  body and own,  changed-init-section",
        "gcc-12,   -g,  only,          changed-init-section",
        "gcc-12,   -g,  longer body,   changed-init-section"
    })
    void onlyABodyThatIsReplacedElsewhereIsLeftAlone(
            String compiler, String debug, String what, String rule, @TempDir Path directory)
            throws IOException {
        String source =
                """
                extern void out(const char *);
                int g(int x) { out(BODY); LONGER return x + 3; }
                static inline void only(void) { out(ONLY); }
                __attribute__((section(".init.text"))) int setup(int x) { out(OWN); only(); return g(x) * 2; }
                """
                        .replace("BODY", edit(what.startsWith("body"), "g"))
                        .replace("LONGER", what.startsWith("longer") ? "<<|out(\"more\");>>" : "")
                        .replace("ONLY", edit(what.equals("only"), "only"))
                        .replace("OWN", edit(what.endsWith("own"), "setup"));
        ObjectDiff diff = Pairs.diff(directory, source, compiler, "-O2", debug);
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).contains("setup");
        assertThat(Pairs.redirected(diff)).doesNotContain("setup");
        Severity severity = rule.equals("by-catch") ? Severity.WARNING : Severity.ERROR;
        assertThat(Pairs.rules(diff, severity)).containsExactly(rule);
        assertThat(Pairs.rules(diff, Severity.ERROR)).hasSize(rule.equals("by-catch") ? 0 : 1);
    }

    private static String edit(boolean changed, String text) {
        return changed ? "<<\"%s\"|\"%s now\">>".formatted(text, text) : '"' + text + '"';
    }
}
