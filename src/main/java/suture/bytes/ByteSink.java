package suture.bytes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing buffer of at most 2 GiB in one byte order: the opposite of {@link Cursor}. */
public final class ByteSink {
    private final ByteOrder order;
    private byte[] content = new byte[256];
    private int size;

    /** An empty buffer. */
    public ByteSink(ByteOrder order) {
        this.order = order;
    }

    /** Number of bytes written so far: the offset of the next one. */
    public int size() {
        return size;
    }

    private ByteBuffer room(int count) {
        int needed = Math.addExact(size, count);
        if (needed > content.length) {
            content =
                    Arrays.copyOf(
                            content,
                            (int)
                                    Math.min(
                                            Integer.MAX_VALUE - 8L,
                                            Math.max(needed, content.length * 2L)));
        }
        ByteBuffer buffer = ByteBuffer.wrap(content, size, count).order(order);
        size = needed;
        return buffer;
    }

    /** Appends the low byte. */
    public ByteSink u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    /** Appends the low two bytes. */
    public ByteSink u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    /** Appends the low four bytes. */
    public ByteSink u32(long value) {
        room(4).putInt((int) value);
        return this;
    }

    /** Appends eight bytes. */
    public ByteSink u64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** Appends the content. */
    public ByteSink put(Bytes bytes) {
        int length = Math.toIntExact(bytes.size());
        int at = room(length).position();
        bytes.copyTo(0, content, at, length);
        return this;
    }

    /** Appends a string and its NUL. */
    public ByteSink cstring(String text) {
        return put(Bytes.of(text)).u8(0);
    }

    /** Appends {@code count} zero bytes. */
    public ByteSink zeros(int count) {
        room(count).put(new byte[count]);
        return this;
    }

    /** Appends zero bytes up to the next multiple of {@code alignment} (0 and 1: none). */
    public ByteSink align(long alignment) {
        return alignment <= 1 ? this : zeros((int) ((alignment - size % alignment) % alignment));
    }

    /** Overwrites four bytes written before. */
    public ByteSink u32At(int offset, long value) {
        ByteBuffer.wrap(content).order(order).putInt(offset, (int) value);
        return this;
    }

    /** Overwrites eight bytes written before. */
    public ByteSink u64At(int offset, long value) {
        ByteBuffer.wrap(content).order(order).putLong(offset, value);
        return this;
    }

    /** What was written. */
    public Bytes toBytes() {
        return Bytes.of(content, 0, size);
    }
}
