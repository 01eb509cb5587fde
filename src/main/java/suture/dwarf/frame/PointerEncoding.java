package suture.dwarf.frame;

import suture.bytes.Cursor;
import suture.bytes.FormatException;

/**
 * How an address is written in {@code .eh_frame} and {@code .eh_frame_hdr} (LSB, 10.5.1).
 *
 * <pre>
 *   low four bits    0 eight bytes  1 uleb  2 u16  3 u32  4 u64  9 sleb  a s16  b s32  c s64
 *   next three bits  0 absolute  1 relative to the field  3 to the start of .eh_frame_hdr
 *   high bit         the address of a word that holds the address
 *   ff               no address
 * </pre>
 */
record PointerEncoding(int code) {
    private static final int OMITTED = 0xff;
    private static final int APPLICATION = 0x70;
    private static final int TO_FIELD = 0x10;
    private static final int TO_HEADER = 0x30;

    static final PointerEncoding ABSOLUTE = new PointerEncoding(0);
    static final PointerEncoding NONE = new PointerEncoding(OMITTED);

    boolean omitted() {
        return code == OMITTED;
    }

    /** The same width without a base: that of a length. */
    PointerEncoding plain() {
        return new PointerEncoding(code & 0x0f);
    }

    /** Whether it is what a linker's sorted table has. */
    boolean sortable() {
        return code == (TO_HEADER | 0x0b);
    }

    /**
     * Reads an address; one that is held in a word elsewhere is the address of that word.
     *
     * @param base address of the cursor's first byte
     * @param header address of {@code .eh_frame_hdr}
     */
    long read(Cursor in, long base, long header) {
        long field = base + in.position();
        long value = number(in, field);
        return switch (code & APPLICATION) {
            case 0 -> value;
            case TO_FIELD -> field + value;
            case TO_HEADER -> header + value;
            default -> throw bad(field);
        };
    }

    private long number(Cursor in, long field) {
        return switch (code & 0x0f) {
            case 0x0, 0x4, 0xc -> in.s64();
            case 0x1 -> in.uleb();
            case 0x2 -> in.u16();
            case 0x3 -> in.u32();
            case 0x9 -> in.sleb();
            case 0xa -> (short) in.u16();
            case 0xb -> in.s32();
            default -> throw bad(field);
        };
    }

    private FormatException bad(long field) {
        return new FormatException(
                "call frame information",
                "0x" + Long.toHexString(field),
                -1,
                "an encoding of an address",
                "0x" + Integer.toHexString(code));
    }
}
