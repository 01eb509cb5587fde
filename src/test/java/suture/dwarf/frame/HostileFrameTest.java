package suture.dwarf.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Tool;

import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;

/** Broken call frame information is refused in one way, and never hangs. */
class HostileFrameTest {
    private static final CallerFrame.Convention CONVENTION =
            new CallerFrame.Convention(7, Set.of(3, 6, 12, 13, 14, 15));

    @TempDir Path scratch;

    private static RegisterSet registers() {
        long[] values = new long[17];
        java.util.Arrays.fill(values, 0x1000);
        return RegisterSet.of(values);
    }

    @ParameterizedTest
    @CsvSource({"gcc-12, -O2", "clang-16, -O1", "gcc-12, -O0"})
    @Timeout(60)
    void mutationsAreRefusedOrRead(String compiler, String level) throws Exception {
        Files.writeString(scratch.resolve("t.c"), FrameTableTest.SOURCE);
        Tool.run(scratch, compiler, level, "t.c", "-o", "t");
        FrameFile good = FrameFile.read(scratch.resolve("t"));
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            boolean header = random.nextInt(8) == 0;
            byte[] bad = (header ? good.header() : good.frames()).toArray();
            for (int n = random.nextInt(12); n >= 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            FrameFile file =
                    new FrameFile(
                            good.address(),
                            header ? good.frames() : Bytes.of(bad),
                            good.headerAddress(),
                            header ? Bytes.of(bad) : good.header());
            refused += refused(file) ? 1 : 0;
        }
        assertThat(refused).isBetween(500, 2990);
    }

    /** Unwinds from every function, to which the memory of the stack gives zeros. */
    private static boolean refused(FrameFile file) {
        FrameMemory memory =
                (address, length) ->
                        address >= 0 && address < 0x2000
                                ? Bytes.zeros(length)
                                : file.memory().read(address, length);
        boolean refused = false;
        try {
            for (FrameEntry entry : file.section().entries()) {
                long last = entry.start() + entry.length() - 1;
                CallerFrame.of(entry, last, registers(), memory, CONVENTION);
            }
        } catch (FormatException e) {
            refused = true;
        }
        try {
            file.table().find(file.address() - 0x800);
        } catch (FormatException e) {
            refused = true;
        }
        return refused;
    }

    /** An entry of one function with the instructions, behind a common one for rsp + 8. */
    private static FrameEntry entry(Bytes instructions) {
        ByteSink sink = new ByteSink(ByteOrder.LITTLE_ENDIAN);
        sink.u32(20).u32(0).u8(1).cstring("zR").u8(1).u8(0x78).u8(16).u8(1).u8(0);
        sink.put(Bytes.of(HexFormat.of().parseHex("0c070890010000")));
        sink.u32(4L + 16 + 1 + instructions.size()).u32(28).u64(0x400000).u64(0x10000).u8(0);
        Bytes section = sink.put(instructions).u32(0).toBytes();
        FrameTable table = FrameTable.section(FrameMemory.of(section), 0, section.size());
        return java.util.Objects.requireNonNull(table.find(0x400000));
    }

    private static Bytes hex(String digits) {
        return Bytes.of(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    private static void unwind(String instructions) {
        FrameMemory zeros = (address, length) -> Bytes.zeros(length);
        CallerFrame.of(entry(hex(instructions)), 0x400000, registers(), zeros, CONVENTION);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0f 03 2f fd ff          | an expression that ends",
                "0f 01 22                | a value on the stack",
                "0f 04 31 30 1b 96       | a divisor",
                "0f 02 08                | an expression, found 2 bytes",
                "0f 02 08 ff 0f          | a whole instruction",
                "0f 01 03                | a whole operation",
                "0f 02 15 00             | a value on the stack",
                "0f 03 2f 10 00          | a jump inside of the expression",
                "0f 01 9c                | an operation of call frame expressions",
                "0f 04 31 94 03 96       | 1, 2, 4 or 8 bytes",
                "0b                      | a remembered state",
                "0f 01 30 0e 10          | a CFA by register",
                "1c 00                   | a call frame instruction",
                "05 ff ff 7f 00          | a register below 1024",
                "0c 11 08                | the value of register 17",
                "09 07 30 0c 30 08       | the value of register 48",
                "0c ff ff ff ff 0f 08    | a register below 1024",
            })
    void whatIsWrongIsNamed(String instructions, String expected) {
        assertThatThrownBy(() -> unwind(instructions))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(expected.substring(0, Math.min(20, expected.length())));
    }

    @Test
    void whatIsRightIsRead() {
        unwind("0f 03 77 10 96");
        unwind("0a 0e 20 0b 10 03 02 77 08 16 06 01 40");
        assertThat(FrameProgram.row(entry(hex("41 0e 10 86 02")), 0x400000).cfa())
                .isEqualTo(new FrameRow.Cfa.Register(7, 8));
        assertThat(FrameProgram.row(entry(hex("41 0e 10 86 02")), 0x400001).rules())
                .containsEntry(6, new FrameRule.Saved(-16));
    }

    @Test
    @Timeout(20)
    void loopsAndDepthsEnd() {
        String push = "30".repeat(65);
        assertThatThrownBy(() -> unwind("0f 41" + push))
                .hasMessageContaining("at most 64 values on the stack");
        assertThatThrownBy(() -> unwind("0a".repeat(300)))
                .hasMessageContaining("up to 256 remembered states");
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            rules.append("05%02x%02x01".formatted(i | 0x80, i >> 7));
        }
        assertThatThrownBy(() -> unwind(rules.toString())).hasMessageContaining("up to 128 rules");
        String turns = "05800101".repeat(1) + "0a0b".repeat(60_000);
        unwind(turns);
    }

    @Test
    @Timeout(20)
    void endlessSectionsEnd() {
        FrameMemory endless =
                (address, length) ->
                        new ByteSink(ByteOrder.LITTLE_ENDIAN)
                                .u32(4)
                                .u32(0)
                                .zeros(8)
                                .toBytes()
                                .slice(length > 8 || address % 8 == 0 ? 0 : 4, Math.min(8, length));
        assertThatThrownBy(() -> FrameTable.section(endless, 0, Long.MAX_VALUE))
                .isInstanceOf(FormatException.class);
        Bytes header = hex("01 1b 03 3b 00000000 ffffff7f");
        assertThatThrownBy(() -> FrameTable.header(FrameMemory.of(header), 0, header.size()))
                .hasMessageContaining("a table inside of the header");
    }
}
