package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Code that exceptions come through is refused: the process would not find its tables. */
class ExceptionsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @TempDir Path directory;

    private static final String SOURCE =
            """
            #define FAR __attribute__((noinline))
            static volatile long sink;
            struct Guard { long n; FAR ~Guard() { sink += n; } };
            FAR static long leaf(long n) { sink = sink + 1; return n * 3; }
            FAR static long thrower(long n) { if (n > 50) throw n; return leaf(n); }
            FAR static long middle(long n) { return thrower(n) + 1; }
            FAR static long guarded(long n) { Guard g = {n}; return middle(n) + 1; }
            extern "C" FAR long ask(long n)
            { try { return guarded(n); } catch (long caught) { return -caught; } }
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "g++-12 -O2 -fPIE     | thrower(n) + 1      | thrower(n) + 2     | exceptions-pass",
                "g++-12 -O2 -fPIE     | middle(n) + 1       | middle(n) + 2      | exception-table",
                "g++-12 -O2 -fPIE     | return -caught      | return -caught - 1 | exception-table",
                "clang++-16 -O2 -fPIE | thrower(n) + 1      | thrower(n) + 2     | exceptions-pass",
                "clang++-16 -O1 -fPIE | middle(n) + 1       | middle(n) + 2      | exception-table",
            })
    void refusesWhatAnExceptionComesThrough(String compiler, String from, String to, String rule)
            throws IOException {
        LibraryBench unit = new LibraryBench(directory, compiler + "|exe -pie -lstdc++", SOURCE);
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, SOURCE.replace(from, to));
        assertThat(built.findings()).anySatisfy(f -> assertThat(f.rule()).isEqualTo(rule));
    }

    @ParameterizedTest
    @CsvSource({"g++-12 -O2 -fPIE", "clang++-16 -O2 -fPIE"})
    void patchesWhatNoneComesThrough(String compiler) throws IOException {
        LibraryBench unit = new LibraryBench(directory, compiler + "|exe -pie -lstdc++", SOURCE);
        String after = SOURCE.replace("return n * 3", "return n * 4");
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, after);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            assertThat(unit.ask()).isEqualTo("5 -100");
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("10 -100");
        }
    }
}
