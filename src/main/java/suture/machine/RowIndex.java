package suture.machine;

import java.util.Arrays;

/**
 * Finds the first row of a table that an instruction word fits: {@code word & mask == value}. Rows
 * are looked for among those that fit the bits of the word that most rows know.
 */
final class RowIndex {
    private static final int SELECTED = 6;

    /** The selected bits lie in the first six bytes of a word. */
    private static final int BITS = 48;

    private final long[] masks;
    private final long[] values;
    private final int shift;
    private final int[][] candidates = new int[1 << SELECTED][];

    RowIndex(long[] masks, long[] values) {
        this.masks = masks;
        this.values = values;
        this.shift = widest();
        for (int bits = 0; bits < candidates.length; bits++) {
            candidates[bits] = candidates(bits);
        }
    }

    private int widest() {
        int best = 0;
        long most = -1;
        for (int low = 0; low <= BITS - SELECTED; low++) {
            long bits = ((1L << SELECTED) - 1) << low;
            long count = 0;
            for (long mask : masks) {
                count += Long.bitCount(mask & bits);
            }
            if (count > most) {
                most = count;
                best = low;
            }
        }
        return best;
    }

    /** The row's number, -1 if there is none. */
    int find(long word) {
        for (int row : candidates[(int) (word >>> shift) & (candidates.length - 1)]) {
            if ((word & masks[row]) == values[row]) {
                return row;
            }
        }
        return -1;
    }

    private int[] candidates(int bits) {
        long word = (long) bits << shift;
        long known = (long) (candidates.length - 1) << shift;
        int[] found = new int[masks.length];
        int count = 0;
        for (int row = 0; row < masks.length; row++) {
            if (((values[row] ^ word) & masks[row] & known) == 0) {
                found[count++] = row;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
