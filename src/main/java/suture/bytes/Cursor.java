package suture.bytes;

import java.nio.ByteOrder;

/**
 * Walks a view from front to back. Reading past the end throws {@link IndexOutOfBoundsException}; a
 * format reader turns that into a {@link FormatException} with its place.
 */
public final class Cursor {
    private final Bytes bytes;
    private final ByteOrder order;
    private long position;

    /** Starts at offset 0. */
    public Cursor(Bytes bytes, ByteOrder order) {
        this.bytes = bytes;
        this.order = order;
    }

    /** Offset of the next byte. */
    public long position() {
        return position;
    }

    /** Goes on at {@code offset}. */
    public Cursor seek(long offset) {
        position = offset;
        return this;
    }

    /** Leaves out {@code count} bytes. */
    public Cursor skip(long count) {
        position += count;
        return this;
    }

    /** Number of bytes that are left. */
    public long remaining() {
        return bytes.size() - position;
    }

    /** One byte, 0 to 255. */
    public int u8() {
        return bytes.u8(position++);
    }

    /** Two bytes, 0 to 65535. */
    public int u16() {
        position += 2;
        return bytes.u16(position - 2, order);
    }

    /** Four bytes, 0 to 2^32-1. */
    public long u32() {
        position += 4;
        return bytes.u32(position - 4, order);
    }

    /** Four bytes, signed. */
    public int s32() {
        position += 4;
        return bytes.s32(position - 4, order);
    }

    /** Eight bytes. */
    public long s64() {
        position += 8;
        return bytes.s64(position - 8, order);
    }

    /** An unsigned LEB128 number (DWARF 5, 7.6); bits beyond 64 are dropped. */
    public long uleb() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u8();
            if (shift < 64) {
                value |= (long) (b & 0x7f) << shift;
            }
            if ((b & 0x80) == 0) {
                return value;
            }
        }
    }

    /** A signed LEB128 number (DWARF 5, 7.6). */
    public long sleb() {
        long value = 0;
        int shift = 0;
        int b;
        do {
            b = u8();
            if (shift < 64) {
                value |= (long) (b & 0x7f) << shift;
            }
            shift += 7;
        } while ((b & 0x80) != 0);
        return shift < 64 && (b & 0x40) != 0 ? value | -1L << shift : value;
    }

    /** A NUL-terminated string. */
    public String cstring() {
        long end = bytes.indexOf(0, position);
        String text = bytes.cstring(position);
        position = end + 1;
        return text;
    }

    /** The next {@code length} bytes as a window of their own. */
    public Bytes take(long length) {
        Bytes part = bytes.slice(position, length);
        position += length;
        return part;
    }
}
