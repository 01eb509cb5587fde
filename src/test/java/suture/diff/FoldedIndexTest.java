package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

/**
 * The compiler takes constants out of an index: {@code third[i - 16]} is made from the address of
 * {@code first} where two tables of eight elements stand between. Whoever edits {@code third}
 * changes all that read it.
 */
class FoldedIndexTest {
    private static final String TABLES =
            """
            typedef TYPE T;
            static const T first[8] = { 1, 2, 3, 4, 5, 6, 7, 81 };
            static const T between[8] = { 9, 2, 3, 4, 5, 6, 7, 82 };
            static const T third[8] = { 11, 22, 33, 44, <<55|56>>, 66, 77, 88 };
            int get1(long i) { return first[i] + between[i]; }
            int plain(int i) { return third[i & 7]; }
            """;

    private static final List<String> READERS =
            List.of(
                    "int get(long i) { return third[i - REACH]; }",
                    "int get(int n) { int s = 0;"
                            + " for (int i = REACH; i < n; i++) s += third[i - REACH] * i;"
                            + " return s; }",
                    "int get(int n) { int s = 0;"
                            + " for (int i = n; i > 0; i--) s += third[i - REACH] * i;"
                            + " return s; }",
                    "int get(unsigned i) { return i - REACH < 8 ? third[i - REACH] : 0; }");

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aarch64-linux-gnu-gcc",
                "powerpc64le-linux-gnu-gcc",
                "s390x-linux-gnu-gcc",
                "riscv64-linux-gnu-gcc",
                "gcc-12"
            })
    void readersOfAnEditedTableChange(String compiler) throws Exception {
        for (String reader : READERS) {
            for (String type : List.of("int", "char")) {
                for (String reach : List.of("8", "16", "12")) {
                    String source = (TABLES + reader).replace("TYPE", type).replace("REACH", reach);
                    ObjectDiff diff = Pairs.diff(directory, source, compiler, "-O2", "-w");
                    assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED))
                            .as(source)
                            .contains("get", "plain");
                }
            }
        }
    }
}
