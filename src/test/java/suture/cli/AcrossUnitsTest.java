package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Tool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program of two files, patched in both while it runs. */
class AcrossUnitsTest {
    private static final String STORE =
            """
            #include <stdlib.h>
            static int held = 40;
            static __thread int seen = 7;
            static __attribute__((noinline)) int twice(int x) { return x * 2 + (seen & 1); }
            int touch(void) { held++; seen += 2; return twice(held) + rand(); }
            """;
    private static final String STORE_PATCHED =
            """
            int held = 40;
            __thread int seen = 7;
            __attribute__((noinline)) int twice(int x) { return x * 2 + (seen & 1); }
            int more = 3000;
            __attribute__((noinline)) int rand(void) { return 100000; }
            int touch(void) { held++; seen += 2; return twice(held) + rand(); }
            """;
    private static final String MAIN =
            """
            #include <stdio.h>
            #include <unistd.h>
            extern int touch(void);
            __attribute__((noipa)) long answer(void) { return 1; }
            int main(void)
            {
                printf("%d\\n", getpid());
                fflush(stdout);
                touch();
                for (;;) {
                    FILE *out = fopen("next", "w");
                    fprintf(out, "%ld.", answer());
                    fclose(out);
                    rename("next", "answer");
                    usleep(20000);
                }
            }
            """;
    private static final String ANSWER = "long answer(void) { return 1; }";
    private static final String ANSWER_PATCHED =
            "long answer(void) { extern int held, more, twice(int), rand(void);"
                    + " extern __thread int seen;"
                    + " return twice(held) + more + seen * 1000000 + rand(); }";

    @TempDir Path directory;
    private Path source;
    private long pid;
    private String said = "";

    @BeforeEach
    void start() throws Exception {
        source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("store.c"), STORE);
        Files.writeString(source.resolve("main.c"), MAIN);
        Tool.run(source, "gcc-12", "-O2", "store.c", "main.c", "-o", "../program");
        Tool.run(directory, "sh", "-c", "setsid ./program >pid 2>&1 &");
        String text = "";
        for (int i = 0; i < 500 && !text.endsWith("\n"); i++) {
            Thread.sleep(10);
            Path out = directory.resolve("pid");
            text = Files.exists(out) ? Files.readString(out) : "";
        }
        pid = Long.parseLong(text.strip());
    }

    @AfterEach
    void end() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /**
     * A static that the patch makes global is the one that runs, of a thread too; what the patch
     * adds comes along, although another file of the system has the name.
     */
    @Test
    void whatOneFileShowsIsWhatTheOtherUses() throws Exception {
        Path patch = Files.writeString(directory.resolve("fix.patch"), patch());
        String payload = directory.resolve("fix.suture").toString();
        assertThat(build(patch, payload)).as(() -> said).isZero();
        await("1.");
        assertThat(run("load", "--pid=" + pid, payload)).as(() -> said).isZero();
        // 41 is held, 9 is seen: 2 * 41 + 1 + 3000 + 9000000 + 100000
        await("9103083.");
        assertThat(run("revert", "--pid=" + pid, "fix")).as(() -> said).isZero();
        await("1.");
    }

    /** Nobody calls the new one of a function that moved but who is replaced. */
    @Test
    void aFunctionThatMovesToAnotherFileIsRefused() throws IOException {
        String moved = "int touch(void) { return 2; }";
        String without = STORE.lines().limit(4).reduce("", (a, b) -> a + b + "\n");
        String main =
                MAIN.replace(ANSWER, ANSWER.replace("1", "touch()"))
                        .replace("extern int touch(void);", moved);
        String text = hunk("store.c", STORE, without) + hunk("main.c", MAIN, main);
        Path patch = Files.writeString(directory.resolve("fix.patch"), text);
        assertThat(build(patch, directory.resolve("fix.suture").toString())).isEqualTo(3);
        assertThat(said).contains("second-definition", "touch");
    }

    private int build(Path patch, String payload) {
        return run(
                "build",
                "process",
                "--pid=" + pid,
                "--compile",
                "gcc-12 -O2 -c {source} -o {object}",
                "--source",
                source.toString(),
                patch.toString(),
                "-o",
                payload);
    }

    private int run(String... command) {
        PrintStream before = System.out;
        var out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            return Main.run(command);
        } finally {
            System.setOut(before);
            said = out.toString(StandardCharsets.UTF_8);
        }
    }

    private void await(String answer) throws IOException, InterruptedException {
        Path file = directory.resolve("answer");
        String text = "";
        for (int i = 0; i < 500 && !text.equals(answer); i++) {
            Thread.sleep(10);
            text = Files.exists(file) ? Files.readString(file) : "";
        }
        assertThat(text).isEqualTo(answer);
    }

    private static String patch() {
        String main = MAIN.replace(ANSWER, ANSWER_PATCHED);
        return hunk("store.c", STORE, STORE_PATCHED) + hunk("main.c", MAIN, main);
    }

    /** A patch of a whole file. */
    private static String hunk(String file, String before, String after) {
        List<String> old = before.lines().toList();
        List<String> fresh = after.lines().toList();
        StringBuilder text = new StringBuilder("--- a/" + file + "\n+++ b/" + file + "\n");
        text.append("@@ -1,%d +1,%d @@\n".formatted(old.size(), fresh.size()));
        old.forEach(line -> text.append('-').append(line).append('\n'));
        fresh.forEach(line -> text.append('+').append(line).append('\n'));
        return text.toString();
    }
}
