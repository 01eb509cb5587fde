package suture.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.exec.Command;
import suture.exec.ToolFailure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a compiler finds wrong in a patched file is told by where it stands in the tree. */
class CompilationTest {
    @TempDir Path tree;

    private Command compiler(String name) throws IOException {
        Path file = Files.createDirectories(tree.resolve("a")).resolve("b.c");
        Files.writeString(
                file,
                """
                int one(void);
                # 9 "%s"
                int three(int x) { return two(x); }
                int four(void) { return nothing; }
                """
                        .formatted(file));
        return Command.of(
                List.of(
                        name,
                        "-Werror=implicit-function-declaration",
                        "-c",
                        "-o",
                        tree.resolve("b.o").toString(),
                        file.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc-12", "clang-14", "clang-16"})
    void theErrorsOfAPatchedFile(String name) throws IOException {
        Command command = compiler(name);
        assertThatThrownBy(() -> Compilation.check("compiling a/b.c", command, tree))
                .isInstanceOf(ToolFailure.class)
                .satisfies(e ->
                        assertThat(String.valueOf(e.getMessage()).lines().map(String::strip))
                                .contains("lines are numbered as they are without the patch")
                                .anyMatch(line -> line.startsWith("a/b.c:9:27: error: "))
                                .anyMatch(line -> line.startsWith("a/b.c:10:25: error: "))
                                .noneMatch(line -> line.contains(tree.toString()))
                                .noneMatch(line -> line.contains("{ return")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc-12", "clang-16"})
    void aFileThatIsNotPatchedIsShownAsTheCompilerDoes(String name) throws IOException {
        Command command = compiler(name);
        assertThatThrownBy(() -> Compilation.check("compiling a/b.c", command, null))
                .hasMessageContaining(tree + "/a/b.c:9:27: error: ");
    }

    /** A compiler that fails without naming a place is quoted as it is. */
    @ParameterizedTest
    @ValueSource(strings = {"gcc-12", "clang-16"})
    void whatNamesNoPlaceIsKept(String name) {
        Command command = Command.of(List.of(name, "-c", tree + "/missing.c"));
        assertThatThrownBy(() -> Compilation.check("compiling", command, tree))
                .hasMessageContaining("missing.c");
    }
}
