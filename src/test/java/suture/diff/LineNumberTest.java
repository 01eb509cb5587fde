package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;

/** A number in code that is the line it stands on, and one that only looks so. */
class LineNumberTest {
    /** Two lines more in front of the functions; the macros are there before and after. */
    private static final String HEAD =
            """
            void at(const char *, int); int work(int);
            #define FILE_LINE() at(__FILE__, __LINE__)
            #define FUNC_LINE() at(__func__, __LINE__)
            int front(int x) {<<|
                if (x > 5)
                    return 3;>>
                return work(x); }
            """;

    @TempDir Path directory;

    private void changes(String compiler, String source, String... functions) throws IOException {
        ObjectDiff diff = Pairs.diff(directory, HEAD + source, compiler, "-O2", "-g");
        assertThat(Pairs.functions(diff, Verdict.CHANGED))
                .as(source)
                .containsExactlyInAnyOrder(functions);
    }

    @ParameterizedTest
    @CsvSource({"gcc-12", "clang-16"})
    void aLineBesideTheNameOfItsFile(String compiler) throws IOException {
        changes(compiler, "int b(int x) { FILE_LINE(); return work(x + 1); }", "front");
        changes(
                compiler,
                "int b(int x) { if (x > 35) { work(9); FILE_LINE(); } return work(x + 1); }",
                "front");
        changes(
                compiler,
                "static inline void check(int x) { if (x) FILE_LINE(); }\n"
                        + "int b(int x) {\n check(x); return work(x + 1); }",
                "front");
    }

    /** The compiler makes a variable of the function's name; clang makes a string. */
    @ParameterizedTest
    @CsvSource("gcc-12")
    void aLineBesideTheNameOfItsFunction(String compiler) throws IOException {
        changes(compiler, "int b(int x) { FUNC_LINE(); return work(x + 1); }", "front");
        changes(
                compiler,
                "static inline void check(int x) { if (x) FUNC_LINE(); }\n"
                        + "int b(int x) {\n check(x); return work(x + 1); }",
                "front");
    }

    /** The functions stand on line 6, and then on line 8. */
    @ParameterizedTest
    @CsvSource({"gcc-12", "clang-16"})
    void whatLooksLikeALine(String compiler) throws IOException {
        changes(compiler, "int b(int x) { at(\"b\", <<6|8>>); return work(x); }", "front", "b");
        changes(compiler, "int b(int x) { at(\"t.c\", <<6|8>>); return x; }", "front", "b");
        changes(
                compiler,
                "static const char who[] = \"b\";\n"
                        + "int b(int x) { at(who, <<7|9>>); return work(x); }",
                "front",
                "b");
        changes(
                compiler,
                "int b(int x) { FILE_LINE();\n at(\"\", <<7|9>>); return work(x); }",
                "front",
                "b");
        changes(
                compiler,
                "int b(int x) { FUNC_LINE();\n at(\"\", <<7|9>>); return work(x); }",
                "front",
                "b");
    }

    /** A line that moves otherwise than its instruction is another number. */
    @ParameterizedTest
    @CsvSource({"gcc-12", "clang-16"})
    void anotherNumberThanTheLine(String compiler) throws IOException {
        changes(
                compiler,
                "int b(int x) { at(__FILE__, __LINE__ + <<1|2>>); return work(x); }",
                "front",
                "b");
        changes(
                compiler,
                "int b(int x) { at(__func__, __LINE__ + <<1|2>>); return work(x); }",
                "front",
                "b");
    }
}
