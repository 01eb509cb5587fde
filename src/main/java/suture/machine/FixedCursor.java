package suture.machine;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.nio.ByteOrder;

/**
 * Walks the code of a machine whose instruction tells its length in its first bits. Each machine
 * gives the length rule and a {@link BranchTable}.
 */
final class FixedCursor extends Instruction {
    /** How an instruction's length is found, and how its word is read. */
    enum Lengths {
        /** Four bytes, little-endian whatever the data is. */
        FOUR_LITTLE(4),
        /** RISC-V: two bytes unless the two low bits are set; little-endian. */
        TWO_OR_FOUR(2),
        /** Power: four bytes, or eight behind primary opcode 1; in the order of the data. */
        FOUR_OR_EIGHT(4),
        /** z/Architecture: two, four or six bytes by the two high bits; big-endian. */
        TWO_FOUR_SIX(2);

        final int smallest;

        Lengths(int smallest) {
            this.smallest = smallest;
        }
    }

    private final Lengths lengths;
    private final ByteOrder order;
    private final BranchTable table;
    private final @Nullable AddressTable addresses;

    FixedCursor(
            Bytes code,
            Lengths lengths,
            ByteOrder order,
            BranchTable table,
            @Nullable AddressTable addresses) {
        super(code);
        this.lengths = lengths;
        this.order = order;
        this.table = table;
        this.addresses = addresses;
    }

    @Override
    int smallest() {
        return lengths.smallest;
    }

    @Override
    boolean decode() {
        if (end - at < lengths.smallest) {
            return false;
        }
        length = measure();
        if (length == 0 || end - at < length) {
            return false;
        }
        long word = word();
        int row = table.find(word);
        if (row >= 0) {
            table.apply(row, word, this);
        }
        return true;
    }

    @Override
    public @Nullable AddressUse addressUse() {
        return addresses == null || !valid ? null : addresses.of(word());
    }

    @Override
    public boolean isConstantPart(int field, boolean gcc) {
        AddressUse use = lengths == Lengths.TWO_FOUR_SIX ? addressUse() : null;
        return use != null && use.kind() == AddressUse.Kind.WHOLE;
    }

    /** The length by the first bits; 0 for a form that no processor has. */
    private int measure() {
        return switch (lengths) {
            case FOUR_LITTLE -> 4;
            case TWO_OR_FOUR -> {
                int low = code.u8(at);
                yield (low & 3) != 3 ? 2 : (low & 0x1f) != 0x1f ? 4 : 0;
            }
            case FOUR_OR_EIGHT -> code.u32(at, order) >>> 26 == 1 ? 8 : 4;
            case TWO_FOUR_SIX -> {
                int high = code.u8(at) >> 6;
                yield high == 0 ? 2 : high == 3 ? 6 : 4;
            }
        };
    }

    private long word() {
        return switch (length) {
            case 2 -> code.u16(at, order);
            case 6 -> (code.u32(at, order) << 16) | code.u16(at + 4, order);
            case 8 -> (code.u32(at, order) << 32) | code.u32(at + 4, order);
            default -> code.u32(at, order);
        };
    }
}
