package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Patched code uses the running thread-local variables; what cannot be right is refused. */
class ThreadLocalTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @TempDir Path directory;

    /** Each thread has its own of four: of the file and of all, with a value and without. */
    private static final String SOURCE =
            """
            static __thread long own = 5, zero;
            __thread long all = 7, none;
            static long plain;
            __attribute__((noinline)) static void note(long n)
            { own += n; zero += n; all += n; none += n; plain += n; }
            __attribute__((noinline)) long ask(long n)
            { note(n); return own + 1000 * zero + 1000000 * all + 1000000000 * none; }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fPIE|exe -pie",
                "gcc-12 -O2 -fno-pie|exe -no-pie",
                "gcc-12 -O2 -fno-pie|exe -static",
                "gcc-12 -O2 -fPIE|exe -static-pie",
                "gcc-12 -O0 -fPIE|exe -pie",
                "gcc-12 -O2 -fPIC|exe -pie",
                "gcc-12 -O2 -fPIC -fno-plt|exe -pie",
                "gcc-12 -O2 -fPIC|lib",
                "gcc-12 -O0 -fPIC|lib",
                "gcc-12 -O2 -fPIC -fno-plt|lib -Wl,-z,now",
                "gcc-12 -O2 -fPIC -ftls-model=initial-exec|lib",
                "gcc-12 -O2 -fPIC -mtls-dialect=gnu2|lib",
                "gcc-12 -O2 -fPIC -mtls-dialect=gnu2|exe -pie",
                "clang-16 -O2 -fPIE|exe -pie",
                "clang-16 -O2 -fPIC|exe -pie",
                "clang-16 -O2 -fPIC|lib",
                "clang-19 -O1 -fPIC -ftls-model=local-dynamic|lib",
            })
    void readsAndWritesTheRunningVariables(String how) throws IOException {
        LibraryBench unit = new LibraryBench(directory, how, SOURCE);
        String after =
                SOURCE.replace("note(n); return own", "note(n); own += 1; none += 2; return own");
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, after);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            // own, zero, all, none: 6 1 8 1, and of a new thread 105 100 107 100
            assertThat(unit.ask()).isEqualTo("1008001006 100107100105");
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("5010003009 102107100106");
            assertThat(ProcessHost.revert(running.pid, "fix", TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("8013006012 100107100105");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "own = 5            | own = 6                   | changed-data         | initial"
                        + " value",
                "all = 7, none;     | all = 7, none; __thread long more = 3; | new-thread-local |"
                        + " no room",
                "zero;              | zero, more;               | new-thread-local     | no room",
                "__thread long all = 7 | long all = 7           | unresolved-reference | is a"
                        + " thread-local",
                "__thread long all = 7 | __thread int all = 7   | changed-data         | from 8 to"
                        + " 4",
                "static long plain  | static __thread long plain | unresolved-reference | it is"
                        + " thread-local, and no running code",
            })
    void refusesWhatCannotBeRight(String from, String to, String rule, String words)
            throws IOException {
        LibraryBench unit = new LibraryBench(directory, "gcc-12 -O2 -fPIE|exe -pie", SOURCE);
        String use = to.contains("more") ? "more += n; own" : "own";
        String after =
                SOURCE.replace(from, to)
                        .replace("return own", "return " + use)
                        .replace("return more += n; own", "more += n; return own");
        assertThat(after).isNotEqualTo(SOURCE);
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, after);
        assertThat(built.findings())
                .anySatisfy(f -> {
                    assertThat(f.rule()).isEqualTo(rule);
                    assertThat(f.message()).contains(words);
                });
    }
}
