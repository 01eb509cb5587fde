package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.bytes.Bytes;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What is active is refused, and only that. */
class BusyStackTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @TempDir Path directory;

    private Bytes payload(Bench bench, Path program, String before, String from, String to)
            throws IOException {
        assertThat(before).contains(from);
        Bench.Built built = bench.build("fix", program, before, before.replace(from, to));
        assertThat(built.findings()).isEmpty();
        return built.payload();
    }

    private Bench bench(String how) {
        List<String> words = List.of(how.split(" ", -1));
        return new Bench(directory, words.getFirst(), words.subList(1, words.size()), List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc-12 -O2 -fno-ipa-ra", "gcc-12 -O0", "clang-16 -O2"})
    void functionsInEveryKindOfFrameAreBusy(String how) throws IOException {
        Bench bench = bench(how);
        String source = StackProgram.SOURCE;
        Path program = bench.executable(source);
        Bytes wide = payload(bench, program, source, "room(n + p[3])", "room(n + p[5] + 1)");
        Bytes falls = payload(bench, program, source, "sink++; stop(code);", "sink--; stop(code);");
        Bytes behind = payload(bench, program, source, "{ sink--; }", "{ sink -= 3; }");
        try (Bench.Running running = new Bench.Running(directory, program)) {
            // Below a wait, below a signal handler, and below one that has its own stack.
            List<Finding> busy = ProcessHost.load(running.pid, "fix", wide, SHORT);
            assertThat(busy)
                    .hasSize(4)
                    .allSatisfy(f -> {
                        assertThat(f.rule()).isEqualTo("function-on-stack");
                        assertThat(f.subject()).isIn("wide", "by_wide", "handler");
                        assertThat(f.message()).isEqualTo("a thread is in it");
                        assertThat(f.place())
                                .matches("thread \\d+ \\(program\\), frame \\d+: \\w+\\+0x.+");
                    });
            // It ends with a call that does not come back.
            assertThat(ProcessHost.load(running.pid, "fix", falls, SHORT))
                    .singleElement()
                    .satisfies(f -> assertThat(f.place()).contains("falls+0x"));
            // The function behind it is not active, though the call would return to it.
            assertThat(ProcessHost.load(running.pid, "fix", behind, TIMEOUT)).isEmpty();
            assertThat(ProcessHost.revert(running.pid, "fix", TIMEOUT)).isEmpty();
        }
    }

    private static final String STALE =
            """
            #include <stdio.h>
            #include <unistd.h>
            static volatile long sink, one = 1;
            __attribute__((noinline)) static long leaf(long a) { return a * 3 + one; }
            __attribute__((noinline)) static long used(long a)
            { sink += leaf(a) + leaf(a + 1); return sink + 5; }
            __attribute__((noinline)) static long deep(long a)
            { char room[512]; snprintf(room, sizeof room, "%ld", a); return used(a) + room[0]; }
            __attribute__((noinline)) static void wait_here(void)
            { char room[4096]; __asm__ volatile("" : : "r"(room) : "memory"); pause(); sink++; }
            int main(void)
            {
                for (int i = 0; i < 10; i++) sink += deep(i);
                printf("0 %d\\n", getpid());
                fflush(stdout);
                for (;;) { wait_here(); sink += deep(one); }
            }
            """;

    @Test
    void whatAnEarlierCallLeftOnTheStackIsNoFrame() throws IOException {
        Bench bench = bench("gcc-12 -O1");
        Path program = bench.executable(STALE);
        Bytes payload = payload(bench, program, STALE, "sink + 5", "sink + 6");
        try (Bench.Running running = new Bench.Running(directory, program)) {
            assertThat(ProcessHost.load(running.pid, "fix", payload, SHORT)).isEmpty();
            assertThat(ProcessHost.revert(running.pid, "fix", SHORT)).isEmpty();
        }
    }

    private static final String BARE =
            """
            #include <stdio.h>
            #include <unistd.h>
            static volatile long sink;
            long bare(long a);
            __attribute__((noinline, used)) long held(long a)
            { for (;;) pause(); return sink + a; }
            __asm__(".text\\n.type bare, @function\\nbare:\\n"
                    "push %rbx\\nsub $64, %rsp\\ncall held\\nadd $64, %rsp\\npop %rbx\\nret\\n"
                    ".size bare, .-bare\\n");
            __attribute__((noinline)) static long outer(long a) { sink += bare(a); return sink + 5; }
            __attribute__((noinline)) static long other(long a) { sink += a * 3; return sink + 5; }
            int main(int argc, char **argv)
            {
                printf("0 %d\\n", getpid());
                fflush(stdout);
                sink += other(argc);
                return (int)outer(argc);
            }
            """;

    @Test
    void whereAStackCannotBeUnwoundEveryWordCounts() throws IOException {
        Bench bench = bench("gcc-12 -O1");
        Path program = bench.executable(BARE);
        Bytes outer =
                payload(bench, program, BARE, "bare(a); return sink + 5", "bare(a); return 9");
        Bytes other = payload(bench, program, BARE, "a * 3; return sink", "a * 4; return sink");
        try (Bench.Running running = new Bench.Running(directory, program)) {
            assertThat(ProcessHost.load(running.pid, "fix", outer, SHORT))
                    .singleElement()
                    .satisfies(f -> {
                        assertThat(f.place()).containsPattern("stack at 0x[0-9a-f]+: outer\\+0x");
                        assertThat(f.message())
                                .contains("every word was taken for a return address")
                                .containsPattern("cannot be unwound beyond program\\+0x[0-9a-f]+")
                                .contains("expected call frame information, found none");
                    });
            assertThat(ProcessHost.load(running.pid, "fix", other, SHORT)).isEmpty();
        }
    }

    private static final String SLOW =
            """
            #include <stdio.h>
            #include <unistd.h>
            #include <sys/stat.h>
            static volatile long sink;
            __attribute__((noinline)) static long hold(long a)
            {
                char room[300];
                snprintf(room, sizeof room, "go%ld", a & 1);
                while (access(room, F_OK)) usleep(1000);
                usleep(2000);
                unlink(room);
                printf("out\\n");
                fflush(stdout);
                return sink + ADD;
            }
            __attribute__((noinline)) void idle(void)
            { char room[3000]; __asm__ volatile("" : : "r"(room) : "memory"); usleep(500); }
            int main(void)
            {
                printf("0 %d\\n", getpid());
                fflush(stdout);
                for (long i = 1;; i++) {
                    sink += hold(0);
                    while (access("next", F_OK)) idle();
                }
            }
            """;

    private boolean printed(int count) throws IOException {
        return Files.readString(directory.resolve("port")).split("out\n", -1).length > count;
    }

    private void await(int count) throws IOException, InterruptedException {
        for (int i = 0; i < 1000 && !printed(count); i++) {
            Thread.sleep(5);
        }
        assertThat(printed(count)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc-12 -O2", "clang-16 -O1"})
    void framesOfAPatchAreFoundAndLeaveNothingBehind(String how) throws Exception {
        Bench bench = bench(how);
        String before = SLOW.replace("ADD", "1");
        Path program = bench.executable(before);
        Bench.Built built = bench.build("fix", program, before, SLOW.replace("ADD", "2"));
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, program)) {
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), SHORT))
                    .singleElement()
                    .satisfies(f -> assertThat(f.place()).contains("hold+0x"));
            Files.createFile(directory.resolve("go0"));
            await(1);
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            Files.createFile(directory.resolve("next"));
            List<Finding> busy = List.of();
            for (int i = 0; i < 100 && busy.isEmpty(); i++) {
                Thread.sleep(10);
                busy =
                        UnwinderTest.walks(running.pid).values().stream()
                                        .anyMatch(w -> w.frames().size() > 5)
                                ? ProcessHost.revert(running.pid, "fix", SHORT)
                                : List.of();
            }
            assertThat(busy)
                    .singleElement()
                    .satisfies(f -> {
                        assertThat(f.place()).matches("thread .*, frame \\d: code of fix\\+0x.*");
                        assertThat(f.message()).isEqualTo("a thread is in it");
                    });
            assertThat(UnwinderTest.walks(running.pid).values())
                    .allSatisfy(w -> assertThat(w.lost()).isNull());
            Files.delete(directory.resolve("next"));
            Files.createFile(directory.resolve("go0"));
            await(2);
            assertThat(ProcessHost.revert(running.pid, "fix", SHORT)).isEmpty();
        }
    }
}
