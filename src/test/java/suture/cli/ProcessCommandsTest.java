package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Tool;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The commands for a running process, from the patch to the process and back. */
class ProcessCommandsTest {
    @TempDir Path directory;
    private Path source;
    private int port;
    private int pid;

    @BeforeEach
    void start() throws Exception {
        source = Files.createDirectories(directory.resolve("source"));
        for (String name : List.of("server.c", "fix.patch")) {
            try (var in = ProcessCommandsTest.class.getResourceAsStream("/demo/" + name)) {
                Files.copy(Objects.requireNonNull(in), source.resolve(name));
            }
        }
        Tool.run(source, "gcc-12", "-O2", "-c", "server.c", "-o", "../server.o");
        Tool.run(directory, "gcc-12", "server.o", "-o", "server", "-lpthread");
        Tool.run(directory, "sh", "-c", "setsid ./server >port 2>&1 &");
        String text = "";
        for (int i = 0; i < 500 && !text.endsWith("\n"); i++) {
            Thread.sleep(10);
            Path out = directory.resolve("port");
            text = Files.exists(out) ? Files.readString(out) : "";
        }
        port = Integer.parseInt(text.strip().split(" ", -1)[0]);
        pid = Integer.parseInt(text.strip().split(" ", -1)[1]);
    }

    @AfterEach
    void end() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private record Run(int status, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        List<String> rules() {
            List<String> rules = new ArrayList<>();
            json().path("findings").forEach(f -> rules.add(f.path("rule").asString()));
            return rules;
        }
    }

    private static Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var printed = new ByteArrayOutputStream();
        var said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            int status = Main.run(arguments);
            return new Run(status, printed.toString(UTF_8), said.toString(UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private Run build(String... baseline) {
        List<String> words = new ArrayList<>(List.of("build", "process"));
        words.addAll(List.of(baseline));
        words.addAll(
                List.of(
                        "--compile",
                        "gcc-12 -O2 -c {source} -o {object}",
                        "--source",
                        source.toString(),
                        source.resolve("fix.patch").toString(),
                        "-o",
                        payload(),
                        "--json"));
        return run(words.toArray(String[]::new));
    }

    private String payload() {
        return directory.resolve("fix.suture").toString();
    }

    private String ask(String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))
                    .readLine();
        }
    }

    @Test
    void fromThePatchToTheProcessAndBack() throws IOException {
        Run built = build("--pid", "" + pid);
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.json().path("outcome").asString()).isEqualTo("changed");
        assertThat(built.json().path("payload").path("baseline").path("server").asString())
                .isNotEmpty();
        assertThat(built.json().path("payload").path("functions").get(0).asString())
                .isEqualTo("quote");
        String where = "--pid=" + pid;
        assertThat(ask("quote 10")).startsWith("10 pieces: 70.00");
        assertThat(run("load", where, payload()).status()).isZero();
        assertThat(ask("quote 10")).startsWith("10 pieces: 63.00");
        assertThat(run("list", where).out()).contains("fix", "applied", "quote");
        // Its own jumps are not taken for changes of somebody else.
        assertThat(build("--pid", "" + pid).status()).isZero();
        assertThat(run("revert", where, "fix").status()).isZero();
        assertThat(ask("quote 10")).startsWith("10 pieces: 70.00");
        assertThat(run("unload", where, "fix").status()).isZero();
        assertThat(run("list", where).out()).doesNotContain("applied");
    }

    @Test
    void anotherBuildIsRefused() throws IOException {
        assertThat(build("--pid", "" + pid).status()).isZero();
        Path next = directory.resolve("next");
        Files.writeString(
                source.resolve("server.c"),
                Files.readString(source.resolve("server.c")).replace("PRICE 700", "PRICE 800"));
        Tool.run(source, "gcc-12", "-O3", "-g", "server.c", "-o", "../next", "-lpthread");
        Files.move(next, directory.resolve("server"), StandardCopyOption.REPLACE_EXISTING);
        // The program on disk is not the one that runs any more.
        Run replaced = build("--pid", "" + pid);
        assertThat(replaced.status()).isEqualTo(2);
        assertThat(replaced.err().strip())
                .doesNotContain("\n")
                .contains("the executable of process " + pid, "server (deleted)", "--executable");
        assertThat(Path.of(payload())).exists();
        int running = pid;
        try {
            Tool.run(directory, "sh", "-c", "setsid ./server >port2 2>&1 &");
            Thread.sleep(300);
            pid =
                    Integer.parseInt(
                            Files.readString(directory.resolve("port2")).strip().split(" ", -1)[1]);
            Run other = run("load", "--pid=" + pid, payload());
            assertThat(other.status()).isEqualTo(2);
            assertThat(other.err().strip())
                    .doesNotContain("\n")
                    .contains("does not run server with build id", "; its server has ");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            ProcessHandle.of(running).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void codeThatSomebodyElseHasChangedIsRefused() throws IOException {
        assertThat(build("--pid", "" + pid).status()).isZero();
        Path built = Files.move(Path.of(payload()), directory.resolve("good.suture"));
        Tool.run(
                directory,
                "gdb",
                "-nx",
                "-batch",
                "-p",
                "" + pid,
                "-ex",
                "set var *(char *)((long)&quote + 9) = 0x90");
        Run refused = build("--pid", "" + pid);
        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.rules()).containsExactly("memory-mismatch");
        assertThat(Path.of(payload())).doesNotExist();
        Run load = run("load", "--pid=" + pid, built.toString());
        assertThat(load.status()).isEqualTo(2);
        assertThat(load.err()).contains("the code of quote in memory is not that of the file");
        // The file alone knows nothing of it.
        assertThat(build("--executable", directory.resolve("server").toString()).status()).isZero();
    }
}
