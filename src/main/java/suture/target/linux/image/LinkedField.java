package suture.target.linux.image;

import suture.bytes.Bytes;
import suture.machine.RelocationKind;

import java.nio.ByteOrder;

/** Reads what a linker wrote into the field of a relocation. */
final class LinkedField {
    private LinkedField() {}

    /**
     * The sum of symbol and addend that the linker put there.
     *
     * @param field the bytes of the field
     * @param address where the field is
     */
    static long sum(Bytes field, long address, RelocationKind kind, ByteOrder order) {
        int bits = 8 * kind.width();
        long value = 0;
        for (int i = 0; i < kind.width(); i++) {
            int at = order == ByteOrder.LITTLE_ENDIAN ? kind.width() - 1 - i : i;
            value = value << 8 | field.u8(at);
        }
        boolean signed = kind.pcRelative() || kind.name().endsWith("_32S");
        long extended = signed ? value << (64 - bits) >> (64 - bits) : value;
        return kind.pcRelative() ? extended + address : extended;
    }
}
