package suture.target.linux.image;

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

    private final Bytes data;
    private final TokenTable tokens;

    private Kallsyms(Bytes data, TokenTable tokens) {
        this.data = data;
        this.tokens = tokens;
    }

    /** Where the names are: the count's offset, and the expanded names in their order. */
    private record Names(long countAt, List<String> texts) {}

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
        int count = names.texts().size();
        long before = (names.countAt() - 8 - 4L * count) & -8L;
        List<SymbolIndex.Bare> old = addresses(names, before, names.countAt() - 8);
        if (old != null) {
            return old;
        }
        long after = align(tokens.end());
        return addresses(names, after, align(after + 4L * count));
    }

    private @Nullable List<SymbolIndex.Bare> addresses(Names names, long offsets, long baseAt) {
        int count = names.texts().size();
        if (offsets < 0 || !data.contains(offsets, 4L * count) || !data.contains(baseAt, 8)) {
            return null;
        }
        long base = data.s64(baseAt, LE);
        boolean split = false;
        for (int i = 0; i < count && !split; i++) {
            split = data.s32(offsets + 4L * i, LE) < 0;
        }
        List<SymbolIndex.Bare> symbols = new ArrayList<>(count);
        long last = 0;
        for (int i = 0; i < count; i++) {
            long offset = data.s32(offsets + 4L * i, LE);
            long address = !split ? base + offset : offset >= 0 ? offset : base - 1 - offset;
            if (Long.compareUnsigned(address, last) < 0) {
                return null;
            }
            last = address;
            String text = names.texts().get(i);
            symbols.add(new SymbolIndex.Bare(address, text.charAt(0), text.substring(1)));
        }
        // The base is the start of the kernel's text: in the upper half, on a page.
        return base < 0 && (base & 0xfff) == 0 ? symbols : null;
    }

    /** The count and the names stand before the tokens in every layout. */
    private @Nullable Names names() {
        for (long at = (tokens.start() - 16) & -8L; at >= 0; at -= 8) {
            long count = data.u32(at, LE);
            if (count >= FEWEST && count <= MOST && data.u32(at + 4, LE) == 0) {
                List<String> texts = decode(at + 8, (int) count);
                if (texts != null) {
                    return new Names(at, texts);
                }
            }
        }
        return null;
    }

    private @Nullable List<String> decode(long start, int count) {
        List<String> texts = new ArrayList<>(1024);
        long[] markers = new long[(count + 255) / 256];
        long at = start;
        for (int i = 0; i < count; i++) {
            if ((i & 255) == 0) {
                markers[i >> 8] = at - start;
            }
            int length = data.u8(at++);
            if ((length & 0x80) != 0) {
                length = (length & 0x7f) | data.u8(at++) << 7;
            }
            if (length == 0 || at + length >= tokens.start()) {
                return null;
            }
            String text = tokens.expand(data, at, length);
            if (text.length() < 2 || !Character.isLetter(text.charAt(0))) {
                return null;
            }
            texts.add(text);
            at += length;
        }
        return markersAt(align(at), markers) ? texts : null;
    }

    private boolean markersAt(long at, long[] markers) {
        for (int i = 0; i < markers.length; i++) {
            if (!data.contains(at + 4L * i, 4) || data.u32(at + 4L * i, LE) != markers[i]) {
                return false;
            }
        }
        return true;
    }

    static long align(long offset) {
        return (offset + 7) & -8L;
    }
}
