package suture.bytes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * An immutable window onto memory. Offsets and sizes are in bytes and 64 bits wide; an access
 * outside the window throws {@link IndexOutOfBoundsException}, so a reader checks the claims of a
 * header before it follows them. All memory is native (mapped or allocated) and lives as long as a
 * view of it is reachable.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = of(new byte[0]);

    private static final ValueLayout.OfShort[] SHORT = {
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN)
    };
    private static final ValueLayout.OfInt[] INT = {
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN)
    };
    private static final ValueLayout.OfLong[] LONG = {
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN)
    };

    private static final ValueLayout.OfLong EIGHT = LONG[0];
    private static final long EACH_BYTE = 0x0101010101010101L;

    private final MemorySegment segment;

    private Bytes(MemorySegment segment) {
        this.segment = segment;
    }

    /** Maps the whole file read-only. */
    public static Bytes map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            return size == 0
                    ? EMPTY
                    : new Bytes(
                            channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto()));
        }
    }

    /** A copy of the array in native memory. */
    public static Bytes of(byte[] content) {
        return of(content, 0, content.length);
    }

    /** A copy of a part of the array in native memory. */
    public static Bytes of(byte[] content, int from, int length) {
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, length)).asSlice(0, length);
        MemorySegment.copy(content, from, memory, ValueLayout.JAVA_BYTE, 0, length);
        return new Bytes(memory.asReadOnly());
    }

    /** The UTF-8 form of a string, without a terminator. */
    public static Bytes of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** {@code size} zero bytes. */
    public static Bytes zeros(long size) {
        return new Bytes(Arena.ofAuto().allocate(Math.max(1, size)).asSlice(0, size).asReadOnly());
    }

    /** Number of bytes in the window. */
    public long size() {
        return segment.byteSize();
    }

    /** Whether the window holds nothing. */
    public boolean isEmpty() {
        return segment.byteSize() == 0;
    }

    /** The byte at {@code offset}, 0 to 255. */
    public int u8(long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    /** The two bytes at {@code offset}, 0 to 65535. */
    public int u16(long offset, ByteOrder order) {
        return segment.get(SHORT[index(order)], offset) & 0xffff;
    }

    /** The four bytes at {@code offset} as a signed number. */
    public int s32(long offset, ByteOrder order) {
        return segment.get(INT[index(order)], offset);
    }

    /** The four bytes at {@code offset}, 0 to 2^32-1. */
    public long u32(long offset, ByteOrder order) {
        return segment.get(INT[index(order)], offset) & 0xffff_ffffL;
    }

    /** The eight bytes at {@code offset}; the sign is the reader's affair. */
    public long s64(long offset, ByteOrder order) {
        return segment.get(LONG[index(order)], offset);
    }

    private static int index(ByteOrder order) {
        return order == ByteOrder.LITTLE_ENDIAN ? 0 : 1;
    }

    /** The window {@code [offset, offset + length)} of this one. */
    public Bytes slice(long offset, long length) {
        return new Bytes(segment.asSlice(offset, length));
    }

    /** The window from {@code offset} to the end of this one. */
    public Bytes from(long offset) {
        return new Bytes(segment.asSlice(offset));
    }

    /**
     * Whether {@code [offset, offset + length)} lies inside; true for no claim of a header that
     * overflows.
     */
    public boolean contains(long offset, long length) {
        return offset >= 0 && length >= 0 && length <= size() && offset <= size() - length;
    }

    /**
     * Offset of the first difference, the shorter size if one is a prefix of the other, -1 if the
     * content is equal.
     */
    public long mismatch(Bytes other) {
        return segment.mismatch(other.segment);
    }

    /**
     * Offset of the first {@code value} (0 to 255) at or after {@code from}, -1 if there is none.
     */
    public long indexOf(int value, long from) {
        long size = size();
        long i = from;
        // Eight at a time; a byte that is equal is zero in the exclusive or, and the lowest zero
        // byte is the lowest one that borrows (Hacker's Delight, section 6-1).
        long all = EACH_BYTE * (value & 0xff);
        for (; i <= size - Long.BYTES; i += Long.BYTES) {
            long difference = segment.get(EIGHT, i) ^ all;
            long zero = difference - EACH_BYTE & ~difference & EACH_BYTE << 7;
            if (zero != 0) {
                return i + Long.numberOfTrailingZeros(zero) / Byte.SIZE;
            }
        }
        for (; i < size; i++) {
            if (segment.get(ValueLayout.JAVA_BYTE, i) == (byte) value) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Offset of the first occurrence of {@code pattern} (not empty) at or after {@code from}, -1 if
     * there is none.
     */
    public long indexOf(Bytes pattern, long from) {
        int first = pattern.u8(0);
        for (long i = indexOf(first, from); i >= 0; i = indexOf(first, i + 1)) {
            if (!contains(i, pattern.size())) {
                return -1;
            }
            if (slice(i, pattern.size()).mismatch(pattern) < 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The string from {@code offset} up to the next NUL, decoded as UTF-8 where that is valid and
     * byte by byte (ISO 8859-1) where it is not.
     *
     * @throws IndexOutOfBoundsException if no NUL follows
     */
    public String cstring(long offset) {
        long end = indexOf(0, offset);
        if (offset < 0 || end < 0) {
            throw new IndexOutOfBoundsException(
                    "no terminated string at " + offset + " of " + size());
        }
        return slice(offset, end - offset).text();
    }

    /** The whole content as text, UTF-8 where that is valid and ISO 8859-1 where it is not. */
    public String text() {
        byte[] content = toArray();
        String text = new String(content, UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : new String(content, ISO_8859_1);
    }

    /** A copy of the content on the heap; at most 2 GiB. */
    public byte[] toArray() {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    /** A read-only buffer on the same memory; at most 2 GiB. */
    public ByteBuffer buffer() {
        return segment.asByteBuffer().asReadOnlyBuffer();
    }

    /** A copy of {@code count} signed 32-bit numbers from {@code offset} on. */
    public int[] ints(long offset, int count, ByteOrder order) {
        int[] numbers = new int[count];
        MemorySegment.copy(segment, INT[index(order)], offset, numbers, 0, count);
        return numbers;
    }

    /** Copies {@code length} bytes from {@code offset} into an array. */
    public void copyTo(long offset, byte[] target, int at, int length) {
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, at, length);
    }

    /** The content as lower-case hexadecimal digits without separators. */
    public String hex() {
        return HexFormat.of().formatHex(toArray());
    }

    /** Content equality. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that
                && size() == that.size()
                && segment.mismatch(that.segment) < 0;
    }

    /** A hash of the content; costs one pass over it. */
    @Override
    public int hashCode() {
        return Long.hashCode(hash(0));
    }

    /**
     * A 64-bit hash of the content that starts from {@code seed}; good to find candidates, never to
     * decide equality.
     */
    public long hash(long seed) {
        long hash = seed ^ (size() * 0x9e37_79b9_7f4a_7c15L);
        long i = 0;
        for (; i + 8 <= size(); i += 8) {
            hash = mix(hash ^ segment.get(LONG[0], i));
        }
        for (; i < size(); i++) {
            hash = mix(hash ^ u8(i));
        }
        return hash;
    }

    /** One step of the hash: folds the 128-bit product back into 64 bits. */
    public static long mix(long value) {
        long a = value ^ 0xa076_1d64_78bd_642fL;
        return Math.multiplyHigh(a, 0xe703_7ed1_a0b4_28dbL) ^ (a * 0xe703_7ed1_a0b4_28dbL);
    }

    /** Short form for messages: the size and at most the first 16 bytes. */
    @Override
    public String toString() {
        return size() + " bytes" + (isEmpty() ? "" : " " + slice(0, Math.min(16, size())).hex());
    }
}
