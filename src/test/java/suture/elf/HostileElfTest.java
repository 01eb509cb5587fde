package suture.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Broken input is refused in one way, and what is accepted goes through unchanged. */
class HostileElfTest {
    @TempDir Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"gcc-12", "s390x-linux-gnu-gcc"})
    @Timeout(60)
    void mutationsAreRefusedOrKept(String compiler) throws Exception {
        Path file = Tool.compile(scratch, compiler, ElfReaderTest.SOURCE, "t.o", "-O2", "-gz");
        byte[] good = Bytes.map(file).toArray();
        Random random = new Random(1);
        int refused = 0;
        int accepted = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bad = mutated(good, random, i);
            try {
                check(bad);
                accepted++;
            } catch (FormatException e) {
                assertThat(e).hasMessageStartingWith("bad.o").hasMessageContaining("expected");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
        assertThat(accepted).isGreaterThan(500);
    }

    private static void check(byte[] bad) {
        Bytes image = Bytes.of(bad);
        ElfObject object = ElfReader.read("bad.o", image);
        assertThat(ElfWriter.write(object)).isEqualTo(image);
        for (Section section : object.sections()) {
            Compression.content(object, section);
        }
        Note.buildId(object);
    }

    private static byte[] mutated(byte[] good, Random random, int round) {
        int length = round % 5 == 0 ? random.nextInt(good.length) : good.length;
        byte[] bad = java.util.Arrays.copyOf(good, length);
        int headers = good.length * 3 / 4;
        for (int i = random.nextInt(4); i >= 0 && length > 0; i--) {
            int at =
                    switch (random.nextInt(3)) {
                        case 0 -> random.nextInt(64);
                        case 1 -> headers + random.nextInt(good.length - headers);
                        default -> random.nextInt(good.length);
                    };
            bad[Math.min(at, length - 1)] =
                    (byte) (random.nextBoolean() ? -1 : random.nextInt(256));
        }
        return bad;
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zlib-gnu", "zstd"})
    void compressedSectionsAreThoseBeforeCompression(String kind) throws Exception {
        String source = ElfReaderTest.SOURCE;
        Path plain = Tool.compile(scratch, "gcc-12", source, "t.o", "-O2", "-g");
        String option = "--compress-debug-sections=" + kind;
        Tool.run(scratch, "llvm-objcopy-16", plain.toString(), "plain.o");
        if (kind.equals("zlib-gnu")) {
            Tool.run(scratch, "objcopy", option, plain.toString(), "small.o");
        } else {
            Tool.run(scratch, "llvm-objcopy-16", option, plain.toString(), "small.o");
        }
        ElfObject before = ElfReader.read(plain);
        ElfObject after = ElfReader.read(scratch.resolve("small.o"));
        String name = kind.equals("zlib-gnu") ? ".zdebug_info" : ".debug_info";
        Section small = Objects.requireNonNull(after.section(name));
        assertThat(small.content()).isNotEqualTo(before.content(".debug_info"));
        assertThat(Compression.content(after, small)).isEqualTo(before.content(".debug_info"));
    }

    @Test
    void buildIdIsThatOfReadelf() throws Exception {
        Tool.compile(scratch, "gcc-12", "int main(void) { return 0; }", "m.o");
        Tool.run(scratch, "gcc-12", "m.o", "-o", "m", "-Wl,--build-id");
        Bytes id = Objects.requireNonNull(Note.buildId(ElfReader.read(scratch.resolve("m"))));
        assertThat(Tool.run(scratch, "readelf", "-n", "m")).contains("Build ID: " + id.hex());
        assertThat(Note.buildId(ElfReader.read(scratch.resolve("m.o")))).isNull();
    }

    @Test
    void noteThatClaimsTooMuchIsRefused() {
        Bytes note = Bytes.of(new byte[] {4, 0, 0, 0, 0, 1, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0});
        assertThatThrownBy(() -> Note.parse("x", "n", note, java.nio.ByteOrder.LITTLE_ENDIAN, 4))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("a content of 256 bytes");
        assertThat(Note.parse("x", "n", Bytes.EMPTY, java.nio.ByteOrder.LITTLE_ENDIAN, 4))
                .isEqualTo(List.of());
    }
}
