package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Strings and tables that are read with an index from which the compiler has taken a constant: what
 * the code names lies in front of them.
 */
class ConstantsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final String SOURCE =
            """
            #define NOINLINE __attribute__((noinline, noclone))
            NOINLINE long other(long c) { return "the one in front"[c - '0']; }
            NOINLINE long letter(long c) { return "qrstuvwxyz"[c - '0']; }
            NOINLINE long number(long c)
            {
                static const long table[9] = { 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000 };
                return table[c - '0'];
            }
            long ask(long n) { long c = '0' + n % 7; return letter(c) + number(c) + 0 * other(c); }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie|exe -no-pie",
                "gcc-12 -O2 -fPIE|exe -no-pie",
                "clang-16 -O2 -fno-pie|exe -no-pie",
                "clang-16 -O1 -fPIE|exe -no-pie"
            })
    void whatIsReadFromInFrontOfIt(String how, @TempDir Path directory) throws IOException {
        LibraryBench unit = new LibraryBench(directory, how, SOURCE, "\n");
        String after = SOURCE.replace("qrs", "QRS").replace("2000, 3000", "2500, 3500");
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, after);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            assertThat(unit.ask()).isEqualTo("2114 3115"); // 'r', 's'
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("3583 3583"); // 'S', 'S'
            assertThat(ProcessHost.revert(running.pid, "fix", TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("4116 3115"); // 't', 's'
        }
    }
}
