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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An immutable window onto memory. Offsets and sizes are in bytes and 64 bits wide; an access
 * outside the window throws {@link IndexOutOfBoundsException}, so a reader checks the claims of a
 * header before it follows them. Memory lives as long as a view of it is reachable. Large files are
 * mapped; the content of small ones is on the heap, where reading a byte does not go through the
 * calls of a memory segment, which only C2 compiles away: a command is over before that.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = of(new byte[0]);

    /** Up to this size, in bytes, content is on the heap. */
    private static final long SMALL = 8L << 20;

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

    private final byte @Nullable [] array;

    /** Where the window starts in the array. */
    private final int base;

    /** What the window is on if that is no array. */
    private final @Nullable MemorySegment memory;

    private final long size;

    private Bytes(MemorySegment memory) {
        this.array = null;
        this.base = 0;
        this.memory = memory;
        this.size = memory.byteSize();
    }

    private Bytes(byte[] array, int base, int size) {
        this.array = array;
        this.base = base;
        this.memory = null;
        this.size = size;
    }

    private MemorySegment segment() {
        return memory != null
                ? memory
                : MemorySegment.ofArray(Objects.requireNonNull(array))
                        .asSlice(base, size)
                        .asReadOnly();
    }

    /** Index in the array of the first of some bytes. */
    private int at(long offset, int length) {
        return base + (int) Objects.checkFromIndexSize(offset, length, size);
    }

    /** The whole file: mapped read-only if it is large. */
    public static Bytes map(Path file) throws IOException {
        return map(file, SMALL);
    }

    /** The same with another limit, in bytes. */
    static Bytes map(Path file, long small) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > small) {
                return new Bytes(
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto()));
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // A read may stop before the end.
            }
            return new Bytes(content.array(), 0, content.position());
        }
    }

    /** A copy of the array. */
    public static Bytes of(byte[] content) {
        return of(content, 0, content.length);
    }

    /** A copy of a part of the array. */
    public static Bytes of(byte[] content, int from, int length) {
        if (length <= SMALL) {
            return new Bytes(Arrays.copyOfRange(content, from, from + length), 0, length);
        }
        MemorySegment copy = Arena.ofAuto().allocate(length);
        MemorySegment.copy(content, from, copy, ValueLayout.JAVA_BYTE, 0, length);
        return new Bytes(copy.asReadOnly());
    }

    /** The UTF-8 form of a string, without a terminator. */
    public static Bytes of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** {@code size} zero bytes. */
    public static Bytes zeros(long size) {
        return size <= SMALL
                ? new Bytes(new byte[Math.toIntExact(size)], 0, Math.toIntExact(size))
                : new Bytes(Arena.ofAuto().allocate(size).asReadOnly());
    }

    /** Number of bytes in the window. */
    public long size() {
        return size;
    }

    /** Whether the window holds nothing. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** The byte at {@code offset}, 0 to 255. */
    public int u8(long offset) {
        byte[] a = array;
        return (a == null ? segment().get(ValueLayout.JAVA_BYTE, offset) : a[at(offset, 1)]) & 0xff;
    }

    /** The two bytes at {@code offset}, 0 to 65535. */
    public int u16(long offset, ByteOrder order) {
        byte[] a = array;
        if (a == null) {
            return segment().get(SHORT[index(order)], offset) & 0xffff;
        }
        int i = at(offset, Short.BYTES);
        return order == ByteOrder.LITTLE_ENDIAN
                ? (a[i] & 0xff) | (a[i + 1] & 0xff) << 8
                : (a[i + 1] & 0xff) | (a[i] & 0xff) << 8;
    }

    /** The four bytes at {@code offset} as a signed number. */
    public int s32(long offset, ByteOrder order) {
        byte[] a = array;
        return a == null
                ? segment().get(INT[index(order)], offset)
                : s32(a, at(offset, Integer.BYTES), order);
    }

    /** The four bytes at {@code offset}, 0 to 2^32-1. */
    public long u32(long offset, ByteOrder order) {
        return s32(offset, order) & 0xffff_ffffL;
    }

    /** The eight bytes at {@code offset}; the sign is the reader's affair. */
    public long s64(long offset, ByteOrder order) {
        byte[] a = array;
        return a == null
                ? segment().get(LONG[index(order)], offset)
                : s64(a, at(offset, Long.BYTES), order);
    }

    private static int s32(byte[] a, int i, ByteOrder order) {
        int low = (a[i] & 0xff) | (a[i + 1] & 0xff) << 8 | (a[i + 2] & 0xff) << 16 | a[i + 3] << 24;
        return order == ByteOrder.LITTLE_ENDIAN ? low : Integer.reverseBytes(low);
    }

    private static long s64(byte[] a, int i, ByteOrder order) {
        long first = s32(a, i, order);
        long second = s32(a, i + Integer.BYTES, order);
        return order == ByteOrder.LITTLE_ENDIAN
                ? (first & 0xffff_ffffL) | second << Integer.SIZE
                : (second & 0xffff_ffffL) | first << Integer.SIZE;
    }

    private static int index(ByteOrder order) {
        return order == ByteOrder.LITTLE_ENDIAN ? 0 : 1;
    }

    /** The window {@code [offset, offset + length)} of this one. */
    public Bytes slice(long offset, long length) {
        byte[] a = array;
        if (a == null) {
            return new Bytes(segment().asSlice(offset, length));
        }
        Objects.checkFromIndexSize(offset, length, size);
        return new Bytes(a, base + (int) offset, (int) length);
    }

    /** The window from {@code offset} to the end of this one. */
    public Bytes from(long offset) {
        return slice(offset, size - offset);
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
        byte[] a = array;
        byte[] b = other.array;
        return a != null && b != null
                ? Arrays.mismatch(
                        a, base, base + (int) size, b, other.base, other.base + (int) other.size)
                : segment().mismatch(other.segment());
    }

    /**
     * Offset of the first {@code value} (0 to 255) at or after {@code from}, -1 if there is none.
     */
    public long indexOf(int value, long from) {
        byte[] a = array;
        if (a != null) {
            for (int i = (int) Math.min(from, size); i < size; i++) {
                if (a[base + i] == (byte) value) {
                    return i;
                }
            }
            return -1;
        }
        MemorySegment segment = segment();
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
        byte[] own = array;
        byte[] content = own == null ? toArray() : own;
        int length = Math.toIntExact(size);
        String text = new String(content, base, length, UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : new String(content, base, length, ISO_8859_1);
    }

    /** A copy of the content on the heap; at most 2 GiB. */
    public byte[] toArray() {
        byte[] a = array;
        return a == null
                ? segment().toArray(ValueLayout.JAVA_BYTE)
                : Arrays.copyOfRange(a, base, base + (int) size);
    }

    /** A read-only buffer on the same memory; at most 2 GiB. */
    public ByteBuffer buffer() {
        return segment().asByteBuffer().asReadOnlyBuffer();
    }

    /** A copy of {@code count} signed 32-bit numbers from {@code offset} on. */
    public int[] ints(long offset, int count, ByteOrder order) {
        int[] numbers = new int[count];
        byte[] a = array;
        if (a == null) {
            MemorySegment.copy(segment(), INT[index(order)], offset, numbers, 0, count);
            return numbers;
        }
        int from = at(offset, Math.multiplyExact(Integer.BYTES, count));
        for (int i = 0; i < count; i++) {
            numbers[i] = s32(a, from + Integer.BYTES * i, order);
        }
        return numbers;
    }

    /** Copies {@code length} bytes from {@code offset} into an array. */
    public void copyTo(long offset, byte[] target, int at, int length) {
        byte[] a = array;
        if (a == null) {
            MemorySegment.copy(segment(), ValueLayout.JAVA_BYTE, offset, target, at, length);
        } else {
            System.arraycopy(a, at(offset, length), target, at, length);
        }
    }

    /** The content as lower-case hexadecimal digits without separators. */
    public String hex() {
        return HexFormat.of().formatHex(toArray());
    }

    /** Content equality. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && size() == that.size() && mismatch(that) < 0;
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
            hash = mix(hash ^ s64(i, ByteOrder.LITTLE_ENDIAN));
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
