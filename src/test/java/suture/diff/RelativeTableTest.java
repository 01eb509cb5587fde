package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;

/**
 * clang's tables of distances to strings. On RISC-V an entry is one relocation, relative to itself,
 * or a sum and a difference, where the string was already known to the assembler; both occur in one
 * table.
 */
class RelativeTableTest {
    @ParameterizedTest
    @CsvSource({
        "clang-14, --target=riscv64-linux-gnu",
        "clang-16, --target=riscv64-linux-gnu",
        "clang-19, --target=riscv64-linux-gnu",
        "clang-16, --target=aarch64-linux-gnu",
        "clang-16, -m64"
    })
    void everyStringCounts(String compiler, String target, @TempDir Path directory)
            throws IOException {
        for (int known = 0; known < 4; known += 2) {
            for (int edited = 0; edited < 4; edited++) {
                String source = source(known, edited);
                ObjectDiff diff =
                        Pairs.diff(
                                directory,
                                source,
                                compiler,
                                target,
                                "-O2",
                                "-ffunction-sections",
                                "-fdata-sections");
                assertThat(Pairs.functions(diff, Verdict.CHANGED))
                        .as("string %d, where %d was known", edited, known)
                        .contains("f")
                        .doesNotContain("g");
            }
        }
    }

    /** In which one of the strings is used before the table is made, and one is edited. */
    private static String source(int known, int edited) {
        StringBuilder words = new StringBuilder();
        String early = "";
        for (int i = 0; i < 5; i++) {
            String text = "\"" + "abcde".charAt(i) + i * 1111 + "\"";
            String after = "\"" + "ABCDE".charAt(i) + i * 1111 + "\"";
            String word = i == edited ? "<<" + text + "|" + after + ">>" : text;
            words.append(word).append(", ");
            early = i == known ? "out(" + text + ");" : early;
        }
        return "extern void out(const char *); void g(void) {"
                + early
                + "}\nstatic const char *const words[] = {"
                + words
                + "};\nconst char *f(unsigned n) { return n < 5 ? words[n] : 0; }\n";
    }
}
