package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.nio.ByteOrder;

/**
 * The 256 tokens that names in kallsyms are made of. The digits always are tokens of themselves, so
 * the table holds {@code "0\0" "1\0" .. "9\0"} in one piece; from there its start is 0x30 strings
 * back. It is the table if the offsets of its strings stand behind it once more, as token_index.
 */
final class TokenTable {
    private static final int TOKENS = 256;
    private static final Bytes DIGITS =
            Bytes.of("0\0001\0002\0003\0004\0005\0006\0007\0008\0009\000");

    private final byte[][] texts;
    private final long start;
    private final long end;

    private TokenTable(byte[][] texts, long start, long end) {
        this.texts = texts;
        this.start = start;
        this.end = end;
    }

    /** Offset of the first token. */
    long start() {
        return start;
    }

    /** Offset behind the index. */
    long end() {
        return end;
    }

    /** The first table that starts at or after {@code from}, or null. */
    static @Nullable TokenTable find(Bytes data, long from) {
        for (long digits = data.indexOf(DIGITS, from);
                digits >= 0;
                digits = data.indexOf(DIGITS, digits + 1)) {
            TokenTable table = around(data, digits, from);
            if (table != null) {
                return table;
            }
        }
        return null;
    }

    private static @Nullable TokenTable around(Bytes data, long digits, long from) {
        long first = digits;
        for (int token = '0'; token > 1; token--) {
            first = previous(data, first);
            if (first < 0) {
                return null;
            }
        }
        // Nothing need end before token 0, but it starts on a multiple of eight.
        for (long at = (first - 1) & -8L; at >= Math.max(from, first - 128); at -= 8) {
            TokenTable table = read(data, at);
            if (table != null) {
                return table;
            }
        }
        return null;
    }

    /** Start of the string that ends just before {@code start}, which is the start of another. */
    private static long previous(Bytes data, long start) {
        long at = start - 2;
        while (at >= 0 && data.u8(at) != 0) {
            at--;
        }
        return start < 2 ? -1 : at + 1;
    }

    private static @Nullable TokenTable read(Bytes data, long start) {
        byte[][] texts = new byte[TOKENS][];
        int[] offsets = new int[TOKENS];
        long at = start;
        for (int i = 0; i < TOKENS; i++) {
            long nul = data.indexOf(0, at);
            if (nul < 0 || nul - at > 512) {
                return null;
            }
            offsets[i] = (int) (at - start);
            texts[i] = data.slice(at, nul - at).toArray();
            at = nul + 1;
        }
        long index = Kallsyms.align(at);
        if (!data.contains(index, 2 * TOKENS)) {
            return null;
        }
        for (int i = 0; i < TOKENS; i++) {
            if (data.u16(index + 2L * i, ByteOrder.LITTLE_ENDIAN) != offsets[i]) {
                return null;
            }
        }
        return new TokenTable(texts, start, index + 2 * TOKENS);
    }

    /**
     * Writes the text of some token numbers.
     *
     * @param names what they are in
     * @param at where the first of them is
     * @param length how many they are
     * @param text where it goes
     * @return the text's length; -1 if there is no room for it
     */
    int expand(byte[] names, int at, int length, byte[] text) {
        int size = 0;
        for (int i = 0; i < length; i++) {
            byte[] token = texts[names[at + i] & 0xff];
            if (size + token.length > text.length) {
                return -1;
            }
            System.arraycopy(token, 0, text, size, token.length);
            size += token.length;
        }
        return size;
    }
}
