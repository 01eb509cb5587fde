package suture.target.linux.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's own symbol table, found by its structure in a section of a stripped image.
 *
 * <p>The parts (Linux 6.1 and 6.6 {@code scripts/kallsyms.c}), each aligned to 8 bytes:
 *
 * <pre>
 *   until 6.3               since 6.4
 *   offsets    s32[n]       num_syms   u32
 *   relative_base u64       names      n records: ULEB128 length, that many token numbers
 *   num_syms   u32          markers    u32[ceil(n/256)]: offset of every 256th record
 *   names                   token_table  256 NUL-terminated strings
 *   markers                 token_index  u16[256]: offset of each token
 *   (seqs_of_names)         offsets
 *   token_table             relative_base
 *   token_index             seqs_of_names
 * </pre>
 *
 * <p>No part has a label, so each is recognised by what must hold in it: the tokens by their own
 * index ({@link TokenTable}), the names by their markers, the offsets by addresses that ascend. The
 * first character of an expanded name is its type letter. An offset that is not negative is an
 * absolute (per-cpu) address where any offset is negative, and the others mean {@code base - 1 -
 * offset}; where none is negative, all mean {@code base + offset}.
 */
final class Kallsyms {
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final int FEWEST = 16;
    private static final int MOST = 4_000_000;

    /** Longer than any name can be ({@code KSYM_NAME_LEN} is 512 since Linux 6.1), and its type. */
    private static final int LONGEST = 4096;

    /** How much of a section is looked through at first, in bytes; a multiple of eight. */
    private static final int WINDOW = 1 << 20;

    private final Bytes data;
    private final TokenTable tokens;

    private Kallsyms(Bytes data, TokenTable tokens) {
        this.data = data;
        this.tokens = tokens;
    }

    /**
     * Where the names are.
     *
     * @param countAt offset of their number
     * @param types the letters that they begin with
     * @param texts the names without them, in their order
     */
    private record Names(long countAt, byte[] types, String[] texts) {
        int count() {
            return texts.length;
        }
    }

    /** The symbols in the order of the table, or null if the section holds none. */
    static @Nullable List<SymbolIndex.Bare> find(Bytes section) {
        for (TokenTable tokens = TokenTable.find(section, 0);
                tokens != null;
                tokens = TokenTable.find(section, tokens.start() + 1)) {
            List<SymbolIndex.Bare> symbols = new Kallsyms(section, tokens).symbols();
            if (symbols != null) {
                return symbols;
            }
        }
        return null;
    }

    private @Nullable List<SymbolIndex.Bare> symbols() {
        Names names = names();
        if (names == null) {
            return null;
        }
        int count = names.count();
        long before = (names.countAt() - 8 - 4L * count) & -8L;
        List<SymbolIndex.Bare> old = addresses(names, before, names.countAt() - 8);
        if (old != null) {
            return old;
        }
        long after = align(tokens.end());
        return addresses(names, after, align(after + 4L * count));
    }

    private @Nullable List<SymbolIndex.Bare> addresses(Names names, long offsets, long baseAt) {
        int count = names.count();
        if (offsets < 0 || !data.contains(offsets, 4L * count) || !data.contains(baseAt, 8)) {
            return null;
        }
        long base = data.s64(baseAt, LE);
        int[] distances = data.ints(offsets, count, LE);
        boolean split = false;
        for (int i = 0; i < count && !split; i++) {
            split = distances[i] < 0;
        }
        List<SymbolIndex.Bare> symbols = new ArrayList<>(count);
        long last = 0;
        for (int i = 0; i < count; i++) {
            long offset = distances[i];
            long address = !split ? base + offset : offset >= 0 ? offset : base - 1 - offset;
            if (Long.compareUnsigned(address, last) < 0) {
                return null;
            }
            last = address;
            char type = (char) (names.types()[i] & 0xff);
            symbols.add(new SymbolIndex.Bare(address, type, names.texts()[i]));
        }
        // The base is the start of the kernel's text: in the upper half, on a page.
        return base < 0 && (base & 0xfff) == 0 ? symbols : null;
    }

    /** The count and the names stand before the tokens in every layout. */
    private @Nullable Names names() {
        long end = (tokens.start() - 8) & -8L;
        for (long size = WINDOW; end > 0; size *= 2) {
            long start = Math.max(0, end - size);
            byte[] window = data.slice(start, tokens.start() - start).toArray();
            for (int at = (int) (end - start) - 8; at >= 0; at -= 8) {
                int count = number(window, at);
                if (count >= FEWEST && count <= MOST && number(window, at + 4) == 0) {
                    Names names = decode(start, window, at + 8, count);
                    if (names != null) {
                        return names;
                    }
                }
            }
            end = start;
        }
        return null;
    }

    /** Four bytes, by hand: this is done for each eighth byte of a section. */
    private static int number(byte[] bytes, int at) {
        return bytes[at] & 0xff
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | bytes[at + 3] << 24;
    }

    /**
     * Reads names.
     *
     * @param base where in the section the window begins
     * @param window what lies from there to the tokens
     * @param first where in it the first record would be
     */
    private @Nullable Names decode(long base, byte[] window, int first, int count) {
        int end = first;
        for (int i = 0; i < count && end >= 0; i++) {
            end = next(window, end);
        }
        long markersAt = align(base + end);
        int groups = (count + 255) / 256;
        if (end < 0 || !data.contains(markersAt, 4L * groups)) {
            return null;
        }
        int[] markers = data.ints(markersAt, groups, LE);
        byte[] types = new byte[count];
        String[] texts = new String[count];
        byte[] text = new byte[LONGEST];
        int at = first;
        for (int i = 0; i < count; i++) {
            if ((i & 255) == 0 && markers[i >> 8] != at - first) {
                return null;
            }
            int next = next(window, at);
            int record = at + (window[at] < 0 ? 2 : 1);
            int size = tokens.expand(window, record, next - record, text);
            if (size < 2 || !Character.isLetter(text[0] & 0xff)) {
                return null;
            }
            types[i] = text[0];
            texts[i] = new String(text, 1, size - 1, ISO_8859_1);
            at = next;
        }
        return new Names(base + first - 8, types, texts);
    }

    /** Where the record behind this one begins; -1 if it is none. */
    private static int next(byte[] window, int at) {
        if (at + 2 > window.length) {
            return -1;
        }
        int length = window[at] & 0x7f;
        int record = at + 1;
        if (window[at] < 0) {
            length |= (window[record++] & 0xff) << 7;
        }
        return length == 0 || record + length >= window.length ? -1 : record + length;
    }

    static long align(long offset) {
        return (offset + 7) & -8L;
    }
}
