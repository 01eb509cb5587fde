package suture.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Tool;

import java.nio.file.Path;
import java.util.Random;

/** Broken debug information is refused in one way, and never hangs. */
class HostileDwarfTest {
    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({"gcc-12, -gdwarf-5", "gcc-12, -gdwarf-4", "clang-16, -gdwarf-5"})
    @Timeout(60)
    void mutationsAreRefusedOrRead(String compiler, String version) throws Exception {
        Path file =
                Tool.compile(scratch, compiler, LineTableTest.SOURCE, "t.o", "-O2", "-g", version);
        byte[] good = Bytes.map(file).toArray();
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(20); n >= 0; n--) {
                bad[64 + random.nextInt(bad.length - 64)] = (byte) random.nextInt(256);
            }
            try {
                ElfObject object = ElfReader.read("bad.o", Bytes.of(bad));
                LineTable.read(object);
                DebugInfo.read(object);
            } catch (FormatException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(200, 1490);
    }
}
