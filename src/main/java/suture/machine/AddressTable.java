package suture.machine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What the instructions of a machine of fixed width do with addresses in registers, one row each:
 *
 * <pre>
 *   mask  value  kind  operand...
 * </pre>
 *
 * An instruction is the first row's with {@code word & mask == value}. An operand is a letter and
 * the bits of a register field, {@code high:low}: {@code t} the target, {@code b} a base, {@code r}
 * read, {@code w} written, {@code m} perhaps written; {@code '} behind it adds 8 (RISC-V's short
 * fields). {@code +} and {@code -} are the slices of the displacement as in {@link BranchTable},
 * without and with a sign. A word without a row is not understood.
 */
final class AddressTable {
    private record Field(char what, int low, int bits, int add) {
        int register(long word) {
            return (int) (word >>> low & ((1L << bits) - 1)) + add;
        }
    }

    private record Row(
            long mask,
            long value,
            AddressUse.Kind kind,
            List<Field> fields,
            List<BranchTable.Slice> slices,
            boolean signed) {}

    private final List<Row> rows = new ArrayList<>();
    private final Registers registers;

    AddressTable(Registers registers, String table) {
        this.registers = registers;
        for (String line : table.split("\n", -1)) {
            if (!line.isBlank()) {
                rows.add(row(line.strip().split(" +", -1)));
            }
        }
    }

    private static Row row(String[] cells) {
        List<Field> fields = new ArrayList<>();
        List<BranchTable.Slice> slices = List.of();
        boolean signed = false;
        for (int i = 3; i < cells.length; i++) {
            char what = cells[i].charAt(0);
            String rest = cells[i].substring(1);
            if (what == '+' || what == '-') {
                signed = what == '-';
                slices = BranchTable.slices(rest);
            } else {
                boolean shortened = rest.endsWith("'");
                String[] bits = rest.replace("'", "").split(":", -1);
                int low = Integer.parseInt(bits[1]);
                int count = Integer.parseInt(bits[0]) - low + 1;
                fields.add(new Field(what, low, count, shortened ? 8 : 0));
            }
        }
        return new Row(
                BranchTable.mask(cells[0]),
                Long.parseUnsignedLong(cells[1], 16),
                AddressUse.Kind.valueOf(cells[2]),
                fields,
                slices,
                signed);
    }

    /** What the instruction does; null if it is not understood. */
    @Nullable AddressUse of(long word) {
        for (Row row : rows) {
            if ((word & row.mask) == row.value) {
                return use(row, word);
            }
        }
        return null;
    }

    Registers registers() {
        return registers;
    }

    private AddressUse use(Row row, long word) {
        int[] sets = new int[128];
        int target = -1;
        for (Field field : row.fields) {
            int register = field.register(word);
            if ((registers.never() >>> register & 1) == 0) {
                sets[field.what] |= 1 << register;
                target = field.what == 't' ? register : target;
            }
        }
        if (target < 0 && row.kind != AddressUse.Kind.ACCESS) {
            return new AddressUse(
                    AddressUse.Kind.OTHER,
                    0,
                    0,
                    0,
                    -1,
                    sets['b'] | sets['r'],
                    sets['w'],
                    sets['m']);
        }
        long bits = 0;
        for (BranchTable.Slice slice : row.slices) {
            bits |= slice.bits();
        }
        return new AddressUse(
                row.kind,
                sets['b'],
                BranchTable.displacement(row.slices, word, row.signed),
                word & ~bits,
                target,
                sets['r'],
                sets['w'] | sets['t'],
                sets['m']);
    }
}
