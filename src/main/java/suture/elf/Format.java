package suture.elf;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;

import java.nio.ByteOrder;

/**
 * The two classes and byte orders of the format: how wide the records are, and how one number
 * stands in them.
 *
 * <pre>
 *                        ELFCLASS32  ELFCLASS64
 *   ELF header                   52          64
 *   program header               32          56
 *   section header               40          64
 *   symbol                       16          24
 *   relocation (SHT_REL)          8          16
 *   relocation (SHT_RELA)        12          24
 *   address, offset               4           8
 * </pre>
 *
 * Source: gABI 4, "Data Representation" and the structures of chapters 4 and 5.
 */
record Format(boolean is64, ByteOrder order) {
    int headerSize() {
        return is64 ? 64 : 52;
    }

    int segmentSize() {
        return is64 ? 56 : 32;
    }

    int sectionHeaderSize() {
        return is64 ? 64 : 40;
    }

    int symbolSize() {
        return is64 ? 24 : 16;
    }

    int relocationSize(boolean explicitAddend) {
        int width = addressSize();
        return explicitAddend ? 3 * width : 2 * width;
    }

    int addressSize() {
        return is64 ? 8 : 4;
    }

    /** An address, offset or size; 32-bit ones are unsigned. */
    long address(Bytes bytes, long offset) {
        return is64 ? bytes.s64(offset, order) : bytes.u32(offset, order);
    }

    /** A signed number as wide as an address. */
    long signed(Bytes bytes, long offset) {
        return is64 ? bytes.s64(offset, order) : bytes.s32(offset, order);
    }

    int word(Bytes bytes, long offset) {
        return bytes.s32(offset, order);
    }

    int half(Bytes bytes, long offset) {
        return bytes.u16(offset, order);
    }

    ByteSink sink() {
        return new ByteSink(order);
    }

    void putAddress(ByteSink sink, long value) {
        if (is64) {
            sink.u64(value);
        } else {
            sink.u32(value);
        }
    }
}
