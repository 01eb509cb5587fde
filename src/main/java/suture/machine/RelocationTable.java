package suture.machine;

import org.jspecify.annotations.Nullable;

import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The relocation types of one machine, from rows of text, one type a row:
 *
 * <pre>
 *   number  name  width  mask  abs|pc  via
 * </pre>
 *
 * The mask is hexadecimal, in the machine's own notation of an instruction word; {@code all} stands
 * for every bit. A width of eight bytes with a mask other than {@code all} is two instruction
 * words, the first one in the upper half. {@code noop} for {@code via} is a marker, {@code u} for
 * the width a ULEB128.
 */
final class RelocationTable {
    private final Map<Integer, RelocationKind> kinds = new TreeMap<>();

    /** The same by number: each relocation of an object asks several times. */
    private final @Nullable RelocationKind[] byNumber;

    /**
     * @param prefix what all names of the machine begin with
     * @param order byte order of instruction words
     */
    RelocationTable(String prefix, ByteOrder order, String... tables) {
        for (String table : tables) {
            for (String row : table.split("\n", -1)) {
                if (!row.isBlank()) {
                    add(prefix, order, row.strip().split(" +", -1));
                }
            }
        }
        byNumber = new RelocationKind[kinds.keySet().stream().reduce(0, Math::max) + 1];
        kinds.forEach((number, kind) -> byNumber[number] = kind);
    }

    private void add(String prefix, ByteOrder order, String[] row) {
        int type = Integer.parseInt(row[0]);
        int width = row[2].equals("u") ? RelocationKind.VARIABLE : Integer.parseInt(row[2]);
        boolean noop = row[5].equals("noop");
        Via via = noop ? Via.NONE : Via.valueOf(row[5]);
        long mask = mask(row[3], width, order);
        var kind =
                new RelocationKind(
                        type, prefix + row[1], width, mask, row[4].equals("pc"), via, noop);
        if (kinds.put(type, kind) != null) {
            throw new IllegalStateException("two rows for " + kind);
        }
    }

    private static long mask(String text, int width, ByteOrder order) {
        if (width <= 0) {
            return 0;
        }
        if (text.equals("all")) {
            return width == 8 ? -1 : (1L << (8 * width)) - 1;
        }
        long word = Long.parseUnsignedLong(text, 16);
        if (order == ByteOrder.LITTLE_ENDIAN) {
            return width == 8 ? (word << 32) | (word >>> 32) : word;
        }
        return Long.reverseBytes(word) >>> (64 - 8 * width);
    }

    @Nullable RelocationKind get(int type) {
        return type >= 0 && type < byNumber.length ? byNumber[type] : null;
    }

    Collection<RelocationKind> all() {
        return Collections.unmodifiableCollection(kinds.values());
    }
}
