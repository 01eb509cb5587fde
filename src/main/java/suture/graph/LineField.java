package suture.graph;

import java.nio.ByteOrder;

/**
 * Where an entry or record holds the number of a source line.
 *
 * @param offset of its first byte, in bytes
 * @param bits its size in bits; a bit-field starts at the low end of the first byte on
 *     little-endian machines, at the high end on others
 */
public record LineField(int offset, int bits) {
    /** The first byte behind it. */
    public int end() {
        return offset + (bits + 7) / 8;
    }

    /**
     * The bits of a byte that belong to the number.
     *
     * @param place of the byte in the entry
     */
    public int mask(long place, ByteOrder order) {
        if (place < offset || place >= end()) {
            return 0;
        }
        int left = bits - 8 * (int) (place - offset);
        if (left >= 8) {
            return 0xff;
        }
        int low = (1 << left) - 1;
        return order == ByteOrder.LITTLE_ENDIAN ? low : low << (8 - left);
    }
}
