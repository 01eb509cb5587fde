package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.elf.ElfReader;
import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Random programs, and the same with a static variable, a function and strings in front: nothing
 * that was there is changed. {@code -Dsuture.noise.count=N} sets how many programs a row gets.
 */
class NoiseTest {
    private static final String FRONT =
            """
            static int front_state = 7; extern int front_out(const char *);
            int front(int x) {
                static int calls;
                calls += x;
                switch (x) { case 0: return 9; case 1: return 4; case 2: return 77;
                    case 3: return 12; case 4: return 8; case 5: return 123; }
                return front_out("a string in front") + front_state++ + calls;
            }
            #line 1 "t.o.c"
            """;

    @ParameterizedTest
    @CsvSource({
        "gcc-12, -O2",
        "gcc-12, -O2 -fPIC",
        "gcc-12, -O2 -ffunction-sections -fdata-sections",
        "gcc-11, -Os",
        "clang-16, -O2",
        "clang-19, -O2 -fPIC -fdata-sections",
        "i686-linux-gnu-gcc, -O2 -fno-pic -fdata-sections",
        "clang-16, --target=aarch64-linux-gnu -O2",
        "clang-16, --target=powerpc64le-linux-gnu -O2",
        "clang-16, --target=s390x-linux-gnu -O2",
        "clang-16, --target=riscv64-linux-gnu -O2",
        "clang-19, --target=loongarch64-linux-gnu -O2",
        "aarch64-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections",
        "powerpc64le-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections",
        "s390x-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections",
        "riscv64-linux-gnu-gcc, -O2 -ffunction-sections -fdata-sections"
    })
    void whatStandsInFrontChangesNothing(String compiler, String options, @TempDir Path directory)
            throws IOException {
        String[] flags = options.split(" ", -1);
        for (int seed = 1; seed <= Integer.getInteger("suture.noise.count", 1); seed++) {
            String program = program(directory, seed);
            Path before = Tool.compile(directory, compiler, program, "t.o", flags);
            Path after = Tool.compile(directory, compiler, FRONT + program, "u.o", flags);
            ObjectDiff diff = Differ.diff(ElfReader.read(before), ElfReader.read(after));
            assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED, Verdict.REMOVED))
                    .as("csmith --seed %d: %s", seed, diff.functions())
                    .isEmpty();
            assertThat(Pairs.functions(diff, Verdict.NEW)).containsOnly("front");
        }
    }

    /** One without the run-time header, which a cross compiler has no library for. */
    private static String program(Path directory, int seed) {
        String text =
                Tool.run(
                        directory,
                        "csmith",
                        "--seed",
                        String.valueOf(seed),
                        "--no-safe-math",
                        "--no-checksum",
                        "--no-argc");
        String types =
                """
                typedef signed char int8_t; typedef short int16_t; typedef int int32_t;
                typedef long int64_t; typedef unsigned char uint8_t;
                typedef unsigned short uint16_t; typedef unsigned uint32_t;
                typedef unsigned long uint64_t;
                """;
        return text.replace("#include \"csmith.h\"", types)
                .replaceAll("(?m)^#include .*$", "")
                .replaceAll(
                        "(?s)\\nint main \\(.*", "\nint main(void) { return (int)func_1(); }\n");
    }
}
