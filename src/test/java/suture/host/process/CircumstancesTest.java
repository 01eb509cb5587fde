package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.elf.Tool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Processes that end, become others, are stopped, or belong to somebody else. */
@Timeout(120)
class CircumstancesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @TempDir Path directory;
    private Path program;
    private Bytes payload;

    /** Writes into {@code beat} all the time; becomes itself again while {@code again} is there. */
    private static final String SOURCE =
            """
            #include <fcntl.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <time.h>
            #include <unistd.h>
            static volatile long sink, made;
            __attribute__((noinline)) static long work(long n) { sink += n; return sink * ADD; }
            static void *beat(void *p)
            {
                for (;;) {
                    struct timespec now;
                    clock_gettime(CLOCK_MONOTONIC, &now);
                    int f = open("beat", O_CREAT | O_WRONLY, 0600);
                    dprintf(f, "%020ld.%09ld\\n", now.tv_sec, now.tv_nsec);
                    close(f);
                    usleep(2000);
                }
                return p;
            }
            int main(int argc, char **argv)
            {
                pthread_t t;
                if (argc == 1) { printf("0 %d\\n", getpid()); fflush(stdout); }
                pthread_create(&t, 0, beat, 0);
                for (;;) {
                    made = work(1);
                    usleep(1000);
                    if (!access("again", F_OK)) {
                        char *words[] = {argv[0], "again", 0};
                        execv("/proc/self/exe", words);
                    }
                }
            }
            """;

    @BeforeEach
    void build() throws IOException {
        Bench bench = new Bench(directory, java.util.List.of("-O2"), java.util.List.of());
        String before = SOURCE.replace("ADD", "3");
        program = bench.executable(before);
        Bench.Built built = bench.build("fix", program, before, SOURCE.replace("ADD", "4"));
        assertThat(built.findings()).isEmpty();
        payload = built.payload();
    }

    private void beats() throws IOException, InterruptedException {
        Path file = directory.resolve("beat");
        String before = Files.exists(file) ? Files.readString(file) : "";
        for (int i = 0; i < 500; i++) {
            if (Files.exists(file) && !Files.readString(file).equals(before)) {
                return;
            }
            Thread.sleep(5);
        }
        throw new AssertionError("it does not go on");
    }

    private static String outcome(Bench.Running running, Bytes payload) {
        try {
            if (ProcessHost.list(running.pid).isEmpty()) {
                return ProcessHost.load(running.pid, "fix", payload, TIMEOUT).toString();
            }
            return ProcessHost.revert(running.pid, "fix", TIMEOUT).toString()
                    + ProcessHost.unload(running.pid, "fix", TIMEOUT);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(HostException.class);
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void oneThatEndsInTheMiddleIsALine() throws Exception {
        Random random = new Random(5);
        Set<String> said = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            try (Bench.Running running = new Bench.Running(directory, program)) {
                outcome(running, payload);
                long wait = random.nextLong(30_000_000);
                Thread killer =
                        Thread.ofPlatform()
                                .start(() -> {
                                    long end = System.nanoTime() + wait;
                                    while (System.nanoTime() < end) {
                                        Thread.onSpinWait();
                                    }
                                    ProcessHandle.of(running.pid)
                                            .ifPresent(ProcessHandle::destroyForcibly);
                                });
                String last = "[]";
                for (int n = 0; n < 10_000 && (last.equals("[]") || last.equals("[][]")); n++) {
                    last = outcome(running, payload);
                }
                killer.join();
                said.add(last.replaceAll("\\d+", "N").replaceAll("0x\\w+", "A"));
                assertThat(last).doesNotContain("\n");
            }
        }
        assertThat(said)
                .allSatisfy(line ->
                        assertThat(line)
                                .matches("(?:process|thread) N has ended|no such process: N"));
    }

    @Test
    void oneThatBecomesAnotherIsNeverLeftStopped() throws Exception {
        try (Bench.Running running = new Bench.Running(directory, program)) {
            Files.createFile(directory.resolve("again"));
            Set<String> said = new HashSet<>();
            for (int i = 0; i < 60; i++) {
                String line = outcome(running, payload).replaceAll("\\d+", "N");
                assertThat(line).doesNotContain("\n").doesNotContain("Exception");
                said.add(line);
                if (i % 10 == 0) {
                    beats();
                }
            }
            Files.delete(directory.resolve("again"));
            Thread.sleep(50);
            beats();
            assertThat(ProcFiles.status(running.pid, "TracerPid")).isEqualTo("0");
            assertThat(running.alive()).isTrue();
            while (!ProcessHost.list(running.pid).isEmpty()) {
                outcome(running, payload);
            }
            assertThat(outcome(running, payload)).isEqualTo("[]");
            assertThat(said)
                    .contains("process N has just become another program (execve)")
                    .allSatisfy(line ->
                            assertThat(line)
                                    .matches(
                                            "\\[](\\[])?|process N has (ended|no patch fix|just"
                                                    + " become .*)"));
        }
    }

    /** All threads stop one after the other. */
    private static void awaitStop(int pid) throws IOException, InterruptedException {
        boolean all = false;
        for (int i = 0; i < 400 && !all; i++) {
            Thread.sleep(5);
            all = true;
            for (int thread : ProcFiles.threads(pid)) {
                all &= ProcFiles.status(thread, "State").startsWith("T (stopped)");
            }
        }
        assertThat(all).isTrue();
    }

    @Test
    void oneThatIsStoppedStaysStopped() throws Exception {
        try (Bench.Running running = new Bench.Running(directory, program)) {
            beats();
            Tool.run(directory, "kill", "-STOP", "" + running.pid);
            awaitStop(running.pid);
            String line = outcome(running, payload);
            awaitStop(running.pid);
            assertThat(ProcFiles.status(running.pid, "TracerPid")).isEqualTo("0");
            assertThat(line).contains(" is stopped: let it go on first (kill -CONT ");
            Tool.run(directory, "kill", "-CONT", "" + running.pid);
            beats();
            assertThat(ProcessHost.load(running.pid, "fix", payload, TIMEOUT)).isEmpty();
        }
    }

    @Test
    void oneThatAnotherTracesIsLeftToIt() throws Exception {
        try (Bench.Running running = new Bench.Running(directory, program)) {
            Process strace =
                    new ProcessBuilder("strace", "-f", "-o", "/dev/null", "-p", "" + running.pid)
                            .directory(directory.toFile())
                            .start();
            while (ProcFiles.status(running.pid, "TracerPid").equals("0")) {
                Thread.sleep(5);
            }
            assertThatThrownBy(() -> ProcessHost.load(running.pid, "fix", payload, TIMEOUT))
                    .isInstanceOf(HostException.class)
                    .hasMessage(
                            "process %d is traced by process %d (strace): end that first"
                                    .formatted(running.pid, strace.pid()));
            beats();
            strace.destroy();
            strace.waitFor();
            assertThat(ProcessHost.load(running.pid, "fix", payload, TIMEOUT)).isEmpty();
        }
    }

    @Test
    void oneOfAnotherUserIsRefused() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be another user");
        Path file = directory.resolve("fix.suture");
        Files.write(file, payload.toArray());
        copyOf(ProcessHost.class, "main");
        copyOf(CycleMain.class, "test");
        Tool.run(directory, "chmod", "-R", "a+rX", directory.toString());
        try (Bench.Running running = new Bench.Running(directory, program)) {
            Process load =
                    new ProcessBuilder(
                                    "setpriv",
                                    "--reuid=65534",
                                    "--regid=65534",
                                    "--clear-groups",
                                    System.getProperty("java.home") + "/bin/java",
                                    "-XX:+UseSerialGC",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    "main:test",
                                    CycleMain.class.getName(),
                                    "" + running.pid,
                                    file.toString())
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .start();
            String text = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(load.waitFor()).as(text).isEqualTo(1);
            assertThat(text)
                    .contains("HostException: process " + running.pid + " may not be traced: run ");
            beats();
        }
    }

    /** Another user may not read where the classes are. */
    private void copyOf(Class<?> type, String name) {
        String classes = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        Tool.run(directory, "cp", "-r", classes, name);
    }
}
