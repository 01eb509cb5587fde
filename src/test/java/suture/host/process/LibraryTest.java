package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Patched code of a library uses the variables and functions that the library's own code uses. */
class LibraryTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @TempDir Path directory;

    private static final String SOURCE =
            """
            long counter = 5, unused = 1;
            static long own = 10;
            __attribute__((noinline)) long helper(long n) { return n * 3 + own; }
            __attribute__((noinline)) long ask(long n)
            { counter += n; own += 100; return helper(counter); }
            """;

    /** A program that has the library's variable for itself, and one of its functions. */
    private static final String PROGRAM =
            """

            extern long counter; long *where(void) { return &counter; }
            long helper(long n) { return n * 7; }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fPIC|lib",
                "gcc-12 -O0 -fPIC|lib",
                "gcc-12 -O2 -fPIC -fno-plt|lib -Wl,-z,now",
                "clang-16 -O2 -fPIC -fsemantic-interposition|lib",
            })
    void whatTheProgramHasInPlaceOfTheLibrarysIsUsed(String how) throws IOException {
        LibraryBench unit = new LibraryBench(directory, how, SOURCE, PROGRAM);
        String after = SOURCE.replace("counter += n;", "counter += n + 1000;");
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, after);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            assertThat(unit.ask()).isEqualTo("42 742"); // counter is 6, then 106
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("7756 15456"); // 1108, 2208
            assertThat(ProcessHost.revert(running.pid, "fix", TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("15477 16177"); // 2211, 2311
        }
    }

    @Test
    void itsOwnIsUsedWhereNobodyHasAnother() throws IOException {
        LibraryBench unit = new LibraryBench(directory, "gcc-12 -O2 -fPIC|lib", SOURCE);
        String after = SOURCE.replace("counter += n;", "counter += n + unused++;");
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, after);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            assertThat(unit.ask()).isEqualTo("128 528"); // 6 * 3 + 110, 106 * 3 + 210
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("637 1043"); // (106 + 2 + 1) * 3 + 310, (+ 102) + 410
        }
    }

    @Test
    void whichOfTwoIsNotGuessed() throws IOException {
        String program = "\nextern long unused; long *where(void) { return &unused; }\n";
        LibraryBench unit = new LibraryBench(directory, "gcc-12 -O2 -fPIC|lib", SOURCE, program);
        String after = SOURCE.replace("counter += n;", "counter += n + unused++;");
        Bench.Built built = unit.bench.build("fix", unit.image, SOURCE, after);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            assertThatThrownBy(() -> ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("unused is exported by")
                    .hasMessageContaining("program");
            assertThat(unit.ask()).isEqualTo("128 528");
        }
    }
}
