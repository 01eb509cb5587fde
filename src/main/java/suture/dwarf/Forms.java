package suture.dwarf;

import suture.bytes.Cursor;
import suture.bytes.FormatException;

/**
 * How an attribute's value is written (DWARF 5, 7.5.6). A value is one number: the constant, the
 * address, the offset or index of a string; for a string or block in place, its position.
 */
final class Forms {
    static final int ADDR = 0x01;
    static final int STRING = 0x08;
    static final int STRP = 0x0e;
    static final int REF_ADDR = 0x10;
    static final int REF1 = 0x11;
    static final int REF_UDATA = 0x15;
    static final int INDIRECT = 0x16;
    static final int SEC_OFFSET = 0x17;
    static final int STRX = 0x1a;
    static final int ADDRX = 0x1b;
    static final int LINE_STRP = 0x1f;
    static final int IMPLICIT_CONST = 0x21;
    static final int RNGLISTX = 0x23;
    static final int STRX1 = 0x25;
    static final int STRX4 = 0x28;
    static final int ADDRX1 = 0x29;
    static final int ADDRX4 = 0x2c;
    static final int GNU_ADDR_INDEX = 0x1f01;
    static final int GNU_STR_INDEX = 0x1f02;

    private Forms() {}

    /**
     * Reads or passes over one value.
     *
     * @param offsetSize 4 or 8, the width of offsets between sections
     */
    static long read(
            DebugSections sections,
            Cursor in,
            int form,
            int version,
            int addressSize,
            int offsetSize) {
        return switch (form) {
            case ADDR -> number(in, addressSize);
            case 0x0b, 0x0c, REF1, STRX1, ADDRX1 -> in.u8();
            case 0x05, 0x12, 0x26, 0x2a -> in.u16();
            case 0x27, 0x2b -> three(sections, in);
            case 0x06, 0x13, 0x1c, STRX4, ADDRX4 -> in.u32();
            case 0x07, 0x14, 0x20, 0x24 -> in.s64();
            case 0x1e -> skip(in, 16);
            case 0x0d -> in.sleb();
            case 0x0f, REF_UDATA, STRX, ADDRX, 0x22, RNGLISTX, GNU_ADDR_INDEX, GNU_STR_INDEX ->
                    in.uleb();
            case STRP, SEC_OFFSET, 0x1d, LINE_STRP, 0x1f20, 0x1f21 -> number(in, offsetSize);
            case REF_ADDR -> number(in, version <= 2 ? addressSize : offsetSize);
            case STRING -> string(in);
            case 0x09, 0x18 -> skip(in, in.uleb());
            case 0x0a -> skip(in, in.u8());
            case 0x03 -> skip(in, in.u16());
            case 0x04 -> skip(in, in.u32());
            case 0x19 -> 1;
            default ->
                    throw new FormatException(
                            sections.file(),
                            ".debug_info",
                            in.position(),
                            "a form of DWARF 5",
                            "0x" + Integer.toHexString(form));
        };
    }

    /** Whether the value is the position of some bytes, an expression for instance. */
    static boolean isBlock(int form) {
        return switch (form) {
            case 0x03, 0x04, 0x09, 0x0a, 0x18 -> true;
            default -> false;
        };
    }

    private static long three(DebugSections sections, Cursor in) {
        long a = in.u8();
        long b = in.u8();
        long c = in.u8();
        boolean little = sections.order() == java.nio.ByteOrder.LITTLE_ENDIAN;
        return little ? a | b << 8 | c << 16 : a << 16 | b << 8 | c;
    }

    static long number(Cursor in, int width) {
        return switch (width) {
            case 1 -> in.u8();
            case 2 -> in.u16();
            case 4 -> in.u32();
            case 8 -> in.s64();
            default -> throw new IndexOutOfBoundsException("a number of " + width + " bytes");
        };
    }

    /** Passes over a block; its claim must lie within. Returns where it began. */
    static long skip(Cursor in, long size) {
        long start = in.position();
        if (size < 0 || size > in.remaining()) {
            throw new IndexOutOfBoundsException("a block of " + size + " bytes");
        }
        in.skip(size);
        return start;
    }

    private static long string(Cursor in) {
        long start = in.position();
        while (in.u8() != 0) {}
        return start;
    }
}
