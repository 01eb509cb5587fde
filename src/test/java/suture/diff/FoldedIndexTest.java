package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The compiler takes constants out of an index: {@code third[i - 24]} is made from the address of
 * {@code first} where two tables of twelve elements stand between. Whoever edits {@code third}
 * changes all that read it; what is put in front of all changes nobody.
 */
class FoldedIndexTest {
    private static final String TABLES =
            """
            typedef TYPE T;
            static const T first[12] = { 1, 2, 3, 4, FIRST, 6, 7, 81, 1, 2, 3, 4 };
            static const T between[12] = { 9, 2, 3, 4, BETWEEN, 6, 7, 82, 5, 6, 7, 8 };
            static const T third[12] = { 11, 22, 33, 44, THIRD, 66, 77, 88, 9, 10, 11, 12 };
            int plain(int i) { return first[i & 7] + between[i & 7] * third[i & 7]; }
            """;

    private static final String FRONT =
            """
            static const TYPE front_table[7] = { 3, 1, 4, 1, 5, 9, 2 };
            static int front_state;
            int front(int x) {
                switch (x) { case 0: return 9; case 1: return 4; case 2: return 77; case 3: return 12;
                    case 4: return 8; case 5: return 123; }
                return front_table[x & 7] + front_state++;
            }
            """;

    private static final List<String> READERS =
            List.of(
                    "int get(long i) { return TABLE[i - REACH]; }",
                    "int get(long i) { return TABLE[i + REACH]; }",
                    "int get(int n) { int s = 0;"
                            + " for (int i = REACH; i < n; i++) s += TABLE[i - REACH] * i;"
                            + " return s; }",
                    "int get(int n) { int s = 0;"
                            + " for (int i = n; i > 0; i--) s += TABLE[i - REACH] * i;"
                            + " return s; }",
                    "int get(unsigned i) { return i - REACH < 12 ? TABLE[i - REACH] : 0; }",
                    "int get(int i) { return i < REACH ? between[i] : TABLE[i - REACH]; }",
                    "const T *get(long i) { return &TABLE[i - REACH]; }");

    @TempDir Path directory;

    private ObjectDiff diff(String source, String compiler) throws IOException {
        String[] words = (compiler + " -w").split(" ");
        return Pairs.diff(
                directory,
                source,
                words[0],
                List.of(words).subList(1, words.length).toArray(String[]::new));
    }

    private static String source(
            String reader, String type, String table, String reach, String edit) {
        String text = TABLES + reader;
        for (String name : List.of("first", "between", "third")) {
            text = text.replace(name.toUpperCase(Locale.ROOT), name.equals(table) ? edit : "5");
        }
        return text.replace("TYPE", type).replace("TABLE", table).replace("REACH", reach);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aarch64-linux-gnu-gcc -O2",
                "powerpc64le-linux-gnu-gcc -O2",
                "s390x-linux-gnu-gcc -O2",
                "riscv64-linux-gnu-gcc -O2",
                "gcc-12 -O2 -fPIC",
                "gcc-12 -O2 -fno-pie",
                "gcc-11 -O1 -fno-pie -mcmodel=kernel",
                "i686-linux-gnu-gcc -O2 -fno-pic",
                "clang-16 -O2 -fno-pie",
                "clang-19 -O2 -fPIC",
                "clang-16 -O2 --target=s390x-linux-gnu",
                "clang-16 -O2 --target=aarch64-linux-gnu"
            })
    void readersOfAnEditedTableChange(String compiler) throws Exception {
        for (String reader : READERS) {
            for (String table : List.of("first", "between", "third")) {
                for (String reach : List.of("12", "15")) {
                    String type = reach.equals("12") ? "int" : "char";
                    String source = source(reader, type, table, reach, "<<55|56>>");
                    assertThat(
                                    Pairs.functions(
                                            diff(source, compiler),
                                            Verdict.CHANGED,
                                            Verdict.IMPACTED))
                            .as(source)
                            .contains("get", "plain");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s390x-linux-gnu-gcc -O2",
                "gcc-12 -O2 -fPIC",
                "gcc-12 -O2 -fno-pie",
                "gcc-11 -O1 -fno-pie -mcmodel=kernel",
                "i686-linux-gnu-gcc -O2 -fno-pic",
                "clang-16 -O2 -fno-pie",
                "clang-19 -O2 -fPIC"
            })
    void tablesInFrontChangeNobody(String compiler) throws Exception {
        for (String reader : READERS) {
            for (String reach : List.of("12", "15")) {
                String source =
                        "<<|"
                                + FRONT.replace("TYPE", "int")
                                + ">>"
                                + source(reader, "int", "between", reach, "5");
                assertThat(
                                Pairs.functions(
                                        diff(source, compiler), Verdict.CHANGED, Verdict.IMPACTED))
                        .as(source)
                        .isEmpty();
            }
        }
    }

    /** What may be merged keeps a label, which tells more than the place does. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-ffunction-sections -fdata-sections"})
    void constantsThatMayBeMergedAreNotTakenForTheOneInFront(String options) throws Exception {
        String source =
                """
                int a(int i) { const int t[8] = {4, 8, 15, 16, 23, 42, 7, 1}; return t[i - 8]; }
                int get(int i) { const int t[8] = {14, 18, 15, 16, <<55|56>>, 42, 7, 1}; return t[i - 8]; }
                int b(int i) { const int t[8] = {9, 8, 15, 16, 13, 42, 7, 1}; return t[i - 8]; }
                """;
        ObjectDiff diff = diff(source, ("clang-16 -O2 -fno-pie " + options).strip());
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).containsExactly("get");
    }

    /** The same with strings: the place may lie before the one that is meant, or behind it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie",
                "gcc-12 -O2 -fno-pie -mcmodel=kernel -ffunction-sections -fdata-sections",
                "gcc-11 -O1 -fPIC",
                "i686-linux-gnu-gcc -O2 -fno-pic",
                "clang-14 -O2 -fno-pie -mcmodel=kernel",
                "clang-16 -O2 -fno-pie -ffunction-sections -fdata-sections",
                "clang-19 -O2 -fPIC",
                "aarch64-linux-gnu-gcc -O2",
                "s390x-linux-gnu-gcc -O2",
                "clang-16 -O2 --target=s390x-linux-gnu",
                "clang-16 -O2 --target=aarch64-linux-gnu"
            })
    void readersOfAnEditedStringChange(String compiler) throws Exception {
        String source =
                """
                char a(long i) { return "another one"[i - 4]; }
                char digit(int c) { static const char all[] = "0123456789ABCDE<<F|f>>"; return all[c - '0']; }
                char before(long i) { return "<<t|T>>he beginning"[i - 4]; }
                char behind(long i) { return "<<t|T>>he end"[i + 7]; }
                char beyond(long i) { return "<<t|T>>he other end"[i + 40]; }
                char b(long i) { return "more of it"[i + 3]; }
                """;
        assertThat(Pairs.functions(diff(source, compiler), Verdict.CHANGED))
                .containsExactly("before", "behind", "beyond", "digit");
    }

    /** What the compiler copies arrays and structures from has no section of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie",
                "gcc-11 -O2 -fPIC",
                "gcc-12 -Os -fno-pie -mcmodel=kernel -mno-sse -ffunction-sections -fdata-sections",
                "gcc-12 -O2 -fno-pie -mcmodel=kernel -mno-sse -ffunction-sections -fdata-sections",
                "clang-16 -O2 -fno-pie -mcmodel=kernel -mno-sse -ffunction-sections -fdata-sections"
            })
    void whatIsCopiedBelongsToItsFunctionAlone(String compiler) throws Exception {
        String source =
                """
                struct s { int a[12]; };
                void use(void *);
                void a(void) { unsigned char v[24] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}; use(v); }
                void get(void) { int v[14] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, <<55|56>>, 12}; use(v); }
                void b(void) { struct s v = {{4, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}; use(&v); }
                void c(void) { long v[9] = {7, 2, 3, 4, 5, 6, 7, 8, 9}; use(&v); }
                """;
        assertThat(Pairs.functions(diff(source, compiler), Verdict.CHANGED)).containsExactly("get");
    }

    /** The lowest case is taken out of the index of what a switch yields, too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie",
                "gcc-12 -O2 -fPIC",
                "clang-16 -O2 -fno-pie",
                "s390x-linux-gnu-gcc -O2"
            })
    void switchesThatYieldAnotherValueChange(String compiler) throws Exception {
        String source =
                """
                char a(long x) { switch (x) { case 1: return 12; case 2: return 24; case 3: return 7; case 4: return 99;
                    case 5: return 3; case 6: return 61; } return -1; }
                char get(long x) { switch (x) { case 1: return 54; case 2: return 44; case 3: return 37; case 4: return 39;
                    case 5: return <<55|56>>; case 6: return 95; } return -1; }
                char b(long x) { switch (x) { case 1: return 2; case 2: return 4; case 3: return 8; case 4: return 16;
                    case 5: return 32; case 6: return 60; } return -1; }
                """;
        assertThat(Pairs.functions(diff(source, compiler), Verdict.CHANGED)).contains("get");
        assertThat(
                        Pairs.functions(
                                diff(
                                        source.replace("get", "zet")
                                                .replace("char a", "char get")
                                                .replace("99", "<<99|98>>"),
                                        compiler),
                                Verdict.CHANGED))
                .contains("get", "zet");
    }

    /** Every table has moved by another distance: what is looked at for that has a bound. */
    @Test
    void whatCannotBeLookedAtInTimeCountsAsChanged() throws Exception {
        int tables = 1_700;
        String source =
                "static const int n[4] __asm__(\"n.0\") = {7, 2, 3, 4}; int x(long i) { return"
                        + " n[i]; }\n"
                        + IntStream.range(0, tables)
                                .mapToObj(FoldedIndexTest::tableBehindANewOne)
                                .collect(Collectors.joining());
        ObjectDiff diff = diff(source, "gcc-12 -O1 -fno-pie -fno-toplevel-reorder");
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).hasSizeBetween(1, tables - 1);
        assertThat(diff.functions())
                .filteredOn(f -> f.verdict() == Verdict.CHANGED)
                .allSatisfy(f -> assertThat(f.reasons().toString()).contains("another layout"));
    }

    private static String tableBehindANewOne(int number) {
        return """
        <<|static const int n%1$d[4] __asm__("n.1%1$d") = {7, 2, 3, 4};
        int g%1$d(long i) { return n%1$d[i]; }>>
        static const int t%1$d[4] = {%1$d, 1, 2, 3};
        int f%1$d(long i) { return t%1$d[i + 1]; }
        """
                .formatted(number);
    }
}
