package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Functions whose implementation is chosen at run time (IFUNC): those of the C library, and own.
 */
class ChosenFunctionTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @TempDir Path directory;

    private static final String LIBRARY =
            """
            #include <string.h>
            static char text[64] = "abcdefgh";
            static volatile long sink;
            __attribute__((noinline)) long ask(long n)
            { sink += n; USED; return n + 10 * (long)sizeof text; }
            """;

    /**
     * Calls of the C library's chosen functions, whether the program has called them before or not.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gcc-12 -O2 -fPIE -fno-builtin|exe -pie             | sink += strlen(text)",
                "gcc-12 -O2 -fPIE -fno-builtin|exe -pie             | sink += n",
                "gcc-12 -O2 -fPIE -fno-builtin -fno-plt|exe -pie    | sink += n",
                "gcc-12 -O2 -fno-pie -fno-builtin|exe -no-pie       | sink += n",
                "gcc-12 -O2 -fno-pie -fno-builtin|exe -static       | sink += strlen(text)",
                "clang-16 -O2 -fPIE -fno-builtin|exe -pie           | sink += n",
                "gcc-12 -O2 -fPIC -fno-builtin|lib                  | sink += n",
                "gcc-12 -O2 -fPIC -fno-builtin|lib -Wl,-z,now       | sink += strlen(text)",
            })
    void callsThoseOfTheLibrary(String compiler, String linking, String used) throws IOException {
        String before = LIBRARY.replace("USED", used);
        String after =
                before.replace("return n", "memmove(text + 2, text, 7); return strlen(text)");
        LibraryBench unit = new LibraryBench(directory, compiler + "|" + linking, before);
        Bench.Built built = unit.bench.build("fix", unit.image, before, after);
        assertThat(built.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            assertThat(unit.ask()).isEqualTo("641 740");
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("649 649");
            assertThat(ProcessHost.revert(running.pid, "fix", TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("643 740");
        }
    }

    private static final String OWN =
            """
            static volatile long sink;
            __attribute__((noinline)) static long fast(long n) { sink++; return n * 2; }
            __attribute__((noinline)) static long slow(long n) { sink--; return n * 2; }
            static long (*choose(void))(long) { return sizeof(long) == 8 ? fast : slow; }
            long chosen(long n) __attribute__((ifunc("choose")));
            __attribute__((noinline)) long ask(long n) { sink++; return chosen(n) + 1; }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fPIE|exe -pie",
                "gcc-12 -O2 -fno-pie|exe -no-pie",
                "gcc-12 -O2 -fno-pie|exe -static",
                "clang-16 -O2 -fPIE|exe -pie",
                "gcc-12 -O2 -fPIC -fvisibility=hidden|exe -pie",
                "gcc-12 -O2 -fPIC|lib",
                "gcc-12 -O2 -fPIC -fno-plt|lib",
            })
    void callsOwn(String how) throws IOException {
        LibraryBench unit = new LibraryBench(directory, how, OWN);
        String after = OWN.replace("chosen(n) + 1", "chosen(n) + chosen(3) + 1");
        Bench.Built built = unit.bench.build("fix", unit.image, OWN, after);
        assertThat(built.findings()).isEmpty();
        String body = OWN.replace("sink++; return n * 2", "sink++; return n * 5");
        Bench.Built implementation = unit.bench.build("body", unit.image, OWN, body);
        assertThat(implementation.findings()).isEmpty();
        try (Bench.Running running = new Bench.Running(directory, unit.program())) {
            assertThat(unit.ask()).isEqualTo("3 201");
            assertThat(ProcessHost.load(running.pid, "fix", built.payload(), TIMEOUT)).isEmpty();
            assertThat(unit.ask()).isEqualTo("11 207");
            assertThat(ProcessHost.load(running.pid, "body", implementation.payload(), TIMEOUT))
                    .isEmpty();
            assertThat(unit.ask()).isEqualTo("31 516");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gcc-12 -O2 -fPIE   | == 8 ? fast : slow | == 8 ? slow : fast          |"
                        + " changed-ifunc",
                "clang-16 -O2 -fPIE | == 8 ? fast : slow | == 8 ? slow : fast          |"
                        + " changed-ifunc",
                "gcc-12 -O0 -fPIE   | == 8 ? fast : slow | == 8 ? slow : fast          |"
                        + " changed-ifunc",
            })
    void refusesWhatWasChosenBefore(String compiler, String from, String to, String rule)
            throws IOException {
        LibraryBench unit = new LibraryBench(directory, compiler + "|exe -pie", OWN);
        Bench.Built built = unit.bench.build("fix", unit.image, OWN, OWN.replace(from, to));
        assertThat(built.findings())
                .anySatisfy(f -> {
                    assertThat(f.rule()).isEqualTo(rule);
                    assertThat(f.message()).contains("IFUNC");
                });
    }
}
