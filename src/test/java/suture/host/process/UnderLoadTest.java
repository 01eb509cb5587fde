package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.finding.Finding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The runtime while a server works, while it is in the code, and while Suture is killed. */
class UnderLoadTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int CYCLES = Integer.getInteger("suture.cycles", 50);
    private static final int KILLS = Integer.getInteger("suture.kills", 6);

    @TempDir Path directory;
    private Bench bench;
    private Path program;
    private Bytes payload;

    @BeforeEach
    void build() throws IOException {
        bench = new Bench(directory, List.of("-O2"), List.of());
        String source = Bench.resource("server.c");
        program = bench.executable(source);
        Bench.Built built = bench.build("fix", program, source, LivePatchTest.fixed(directory));
        assertThat(built.findings()).isEmpty();
        payload = built.payload();
        Files.write(directory.resolve("fix.suture"), payload.toArray());
    }

    @Test
    void losesNoRequestInManyCycles() throws IOException {
        try (Bench.Running server = new Bench.Running(directory, program);
                Load load = new Load(server, 6)) {
            List<Bytes> before = LivePatchTest.text(server.pid);
            long start = System.nanoTime();
            int refused = 0;
            for (int i = 0; i < CYCLES; i++) {
                assertThat(ProcessHost.load(server.pid, "fix", payload, TIMEOUT)).isEmpty();
                assertThat(ProcessHost.revert(server.pid, "fix", TIMEOUT)).isEmpty();
                refused += ProcessHost.unload(server.pid, "fix", TIMEOUT).size();
                assertThat(refused).isZero();
            }
            assertThat(LivePatchTest.text(server.pid)).isEqualTo(before);
            assertThat(load.wrong()).isEmpty();
            assertThat(load.answers()).isGreaterThan(100);
            System.out.println(
                    "%d cycles, %d requests, %d ms"
                            .formatted(
                                    CYCLES,
                                    load.answers(),
                                    (System.nanoTime() - start) / 1_000_000));
        }
    }

    @Test
    void killedAtRandomMomentsItLeavesTheServerServing() throws Exception {
        Random random = new Random(3);
        int interrupted = 0;
        int held = 0;
        try (Bench.Running server = new Bench.Running(directory, program);
                Load load = new Load(server, 4)) {
            List<Bytes> before = LivePatchTest.text(server.pid);
            for (int i = 0; i < KILLS; i++) {
                Process cycles = cycles(server.pid);
                Thread.sleep(100 + random.nextInt(400));
                if (i % 2 == 1) {
                    held += awaitHold(server.pid) ? 1 : 0;
                }
                assertThat(cycles.isAlive()).isTrue();
                cycles.destroyForcibly().waitFor();
                long answers = load.answers();
                for (LoadedPatch patch : ProcessHost.list(server.pid)) {
                    interrupted += patch.state().equals("interrupted") ? 1 : 0;
                    if (!patch.state().equals("reverted")) {
                        assertThat(ProcessHost.revert(server.pid, patch.name(), TIMEOUT)).isEmpty();
                    }
                    assertThat(ProcessHost.unload(server.pid, patch.name(), TIMEOUT)).isEmpty();
                }
                assertThat(server.alive()).isTrue();
                for (int wait = 0; wait < 100 && load.answers() == answers; wait++) {
                    Thread.sleep(20);
                }
                assertThat(load.answers()).isGreaterThan(answers);
                assertThat(ProcFiles.status(server.pid, "TracerPid")).isEqualTo("0");
            }
            assertThat(load.wrong()).isEmpty();
            assertSameCode(LivePatchTest.text(server.pid), before);
        }
        System.out.println(
                KILLS
                        + " kills, "
                        + held
                        + " while it held the server, "
                        + interrupted
                        + " in the middle of a change");
    }

    /** Spins until the process is traced. */
    private static boolean awaitHold(int pid) throws IOException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < end) {
            if (!ProcFiles.status(pid, "TracerPid").equals("0")) {
                return true;
            }
        }
        return false;
    }

    /** The end of a page may keep the detour of a killed run; nothing else may differ. */
    private static void assertSameCode(List<Bytes> now, List<Bytes> before) {
        for (int i = 0; i < before.size(); i++) {
            long difference = before.get(i).mismatch(now.get(i));
            long slack = before.get(i).size() - 4096;
            assertThat(difference < 0 || difference >= slack).isTrue();
        }
    }

    private Process cycles(int pid) throws IOException {
        String classes = location(ProcessHost.class) + ":" + location(CycleMain.class);
        Process process =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classes,
                                CycleMain.class.getName(),
                                "" + pid,
                                directory.resolve("fix.suture").toString())
                        .redirectError(directory.resolve("cycles.err").toFile())
                        .start();
        try (InputStream out = process.getInputStream()) {
            assertThat(out.read()).isEqualTo('r');
        }
        return process;
    }

    private static String location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    private static final String SLEEPER =
            """
            #include <stdio.h>
            #include <unistd.h>
            #include <pthread.h>
            static volatile long turns;
            __attribute__((noinline)) static void work(long how)
            {
                char room[512];
                for (;;) { snprintf(room, sizeof room, "%ld", how); usleep(1000); turns += ADD; }
            }
            static void *thread(void *p) { work((long)p); return p; }
            int main(void)
            {
                pthread_t t;
                printf("0 %d\\n", getpid());
                fflush(stdout);
                pthread_create(&t, 0, thread, (void *)7);
                for (;;) pause();
            }
            """;

    @Test
    void refusesWhileAThreadIsInTheFunctionAndSaysWhich() throws IOException {
        String before = SLEEPER.replace("ADD", "1");
        Path sleeper = bench.executable(before);
        Bench.Built built = bench.build("busy", sleeper, before, SLEEPER.replace("ADD", "2"));
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, sleeper)) {
            List<Bytes> text = LivePatchTest.text(running.pid);
            List<Finding> findings =
                    ProcessHost.load(running.pid, "busy", built.payload(), Duration.ofMillis(300));
            assertThat(findings)
                    .singleElement()
                    .satisfies(f -> {
                        assertThat(f.rule()).isEqualTo("function-on-stack");
                        assertThat(f.subject()).isIn("work", "thread");
                        assertThat(f.place()).containsPattern("thread \\d+ \\(program\\), .*\\+0x");
                    });
            assertThat(LivePatchTest.text(running.pid)).isEqualTo(text);
            assertThat(ProcFiles.status(running.pid, "State")).doesNotStartWith("t");
        }
    }

    @Test
    void stackedPatchesRevertInOrder() throws IOException {
        String source = Bench.resource("server.c");
        String second = LivePatchTest.fixed(directory).replace("quoted so far", "quoted until now");
        Bench.Built built = bench.build("second", program, source, second);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running server = new Bench.Running(directory, program);
                Bench.Client client = server.client()) {
            List<Bytes> before = LivePatchTest.text(server.pid);
            assertThat(ProcessHost.load(server.pid, "fix", payload, TIMEOUT)).isEmpty();
            assertThat(ProcessHost.load(server.pid, "second", built.payload(), TIMEOUT)).isEmpty();
            assertThat(client.ask("quote 10")).contains("63.00 (quoted until now: 10");
            assertThatThrownBy(() -> ProcessHost.revert(server.pid, "fix", TIMEOUT))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("lies under second, which replaces quote too");
            assertThatThrownBy(() -> ProcessHost.unload(server.pid, "fix", TIMEOUT))
                    .hasMessageContaining("is in use");
            assertThat(ProcessHost.revert(server.pid, "second", TIMEOUT)).isEmpty();
            assertThat(client.ask("quote 10")).contains("63.00 (quoted so far: 20");
            assertThat(ProcessHost.revert(server.pid, "fix", TIMEOUT)).isEmpty();
            assertThat(client.ask("quote 10")).contains("70.00 (quoted so far: 30");
            assertThat(LivePatchTest.text(server.pid)).isEqualTo(before);
        }
    }

    @Test
    void saysInOneLineWhyAProcessCannotBePatched() throws Exception {
        assertThatThrownBy(() -> ProcessHost.list(4_000_000))
                .isInstanceOf(HostException.class)
                .hasMessage("no such process: 4000000");
        String other = SLEEPER.replace("ADD", "1");
        Path sleeper = new Bench(directory, List.of("-O1"), List.of()).executable(other);
        try (Bench.Running running = new Bench.Running(directory, sleeper)) {
            assertThatThrownBy(() -> ProcessHost.load(running.pid, "fix", payload, TIMEOUT))
                    .hasMessageContaining("does not run program with build id")
                    .hasMessageContaining("; its program has ");
            Process tracer = new ProcessBuilder("gdb", "-q", "-p", "" + running.pid).start();
            for (int i = 0; i < 500; i++) {
                if (!ProcFiles.status(running.pid, "TracerPid").equals("0")) {
                    break;
                }
                Thread.sleep(20);
            }
            assertThatThrownBy(() -> ProcessHost.load(running.pid, "fix", payload, TIMEOUT))
                    .hasMessageContaining("is traced by process " + tracer.pid() + " (gdb)");
            tracer.destroyForcibly().waitFor();
        }
    }
}
