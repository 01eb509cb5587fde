package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import suture.finding.Severity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Statics that a macro makes for each of its sites, the same name again and again, equal in content
 * and used by their address only, as the class keys of Linux's locks are ({@code include/linux/
 * mutex.h}, {@code mutex_init}).
 */
class SiteStaticTest {
    private static final String COMMON =
            """
            struct key { char byte; }; struct lock { long word; };
            extern void init(struct lock *, const char *, struct key *), put(struct key *);
            extern int ext(int);
            #define INIT(l) do { static struct key __key; init((l), #l, &__key); } while (0)
            #define PUT() do { static struct key __key; put(&__key); } while (0)
            static inline void both(struct lock *l) { INIT(l); INIT(l + 1); }
            """;

    private static final String F =
            "int f(struct lock *l) { INIT(l); INIT(l + 1); return ext(3); }\n";
    private static final String G =
            "int g(struct lock *l) { if (ext(1)) INIT(l); else { INIT(l); } INIT(l); return 4; }\n";
    private static final String H = "int h(struct lock *l) { both(l); return ext(9) + 1; }\n";
    private static final String I =
            "int i(struct lock *l) { both(l + 2); PUT(); PUT(); return 1; }\n";

    private static final List<String> BUILDS =
            List.of(
                    "gcc-12 -O2",
                    "gcc-11 -Os -ffunction-sections -fdata-sections",
                    "clang-16 -O2",
                    "clang-19 -O2 -ffunction-sections -fdata-sections",
                    "aarch64-linux-gnu-gcc -O2 -ffunction-sections -fdata-sections",
                    "powerpc64le-linux-gnu-gcc -O2 -ffunction-sections -fdata-sections",
                    "s390x-linux-gnu-gcc -O2 -ffunction-sections -fdata-sections");

    /**
     * @param changed source names of the functions that change
     */
    record Case(String name, String source, String changed) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        String swapped = edit(F + G + H + I, I + G + H + F);
        return Stream.of(
                new Case(
                        "one in front",
                        edit("", "int n(void) { PUT(); return ext(2); }\n") + all(),
                        ""),
                new Case("another order", swapped, ""),
                new Case(
                        "one more",
                        all().replace("return ext(3)", edit("", "PUT();") + "return ext(3)"),
                        "f"),
                new Case(
                        "one fewer",
                        all().replace("INIT(l); return 4", edit("INIT(l);", "") + "return 4"),
                        "g"),
                new Case(
                        "one more, and in front",
                        edit("", "int n(void) { PUT(); return ext(2); }\n")
                                + all().replace(
                                                "return ext(9)",
                                                edit("", "PUT();") + "return ext(9)"),
                        "h"),
                new Case(
                        "another use",
                        all().replace("ext(9) + 1", "ext(9) + " + edit("1", "2")),
                        "h"),
                new Case("in what is inlined", COMMONS + all(), "h i"),
                new Case(
                        "shared",
                        all()
                                + "int s(void) {"
                                + edit(
                                        "PUT(); PUT();",
                                        "for (int n = 0; n < 1; n++) { static struct key"
                                                + " __key; put(&__key); put(&__key); }")
                                + " return ext(7); }\n",
                        "s"),
                new Case(
                        "shared by two functions",
                        all()
                                + edit(
                                        "static inline void p(void) { PUT(); }\n",
                                        "\n#define p() PUT()\n")
                                + "int s(void) { p(); return ext(7); }\n"
                                + "int t(void) { p(); return ext(8); }\n",
                        "t"));
    }

    private static final String COMMONS =
            "static inline void both2(struct lock *l) {"
                    + edit("INIT(l);", "INIT(l); PUT();")
                    + "}\n"
                    + "#define both(l) both2(l)\n";

    private static String all() {
        return F + G + H + I;
    }

    private static String edit(String before, String after) {
        return "<<" + before + "|" + after + ">>";
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> builds() {
        return cases().flatMap(c ->
                BUILDS.stream().map(b -> org.junit.jupiter.params.provider.Arguments.of(c, b)));
    }

    @ParameterizedTest
    @MethodSource("builds")
    void exactlyThis(Case test, String build, @TempDir Path directory) throws IOException {
        String[] words = build.split(" ", -1);
        String[] options = List.of(words).subList(1, words.length).toArray(String[]::new);
        Set<String> changed =
                test.changed.isEmpty()
                        ? Set.of()
                        : new TreeSet<>(List.of(test.changed.split(" ", -1)));
        ObjectDiff diff = Pairs.diff(directory, COMMON + test.source, words[0], options);
        assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED))
                .as(diff.functions().toString())
                .isEqualTo(changed);
        assertThat(Pairs.rules(diff, Severity.ERROR)).isEmpty();
        ObjectDiff back = Differ.diff(diff.patched().object(), diff.original().object());
        assertThat(Pairs.functions(back, Verdict.CHANGED, Verdict.IMPACTED)).isEqualTo(changed);
    }
}
