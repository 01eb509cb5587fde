package suture.machine;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.machine.AddressUse.Kind;
import suture.machine.AddressUse.Operand;
import suture.machine.AddressUse.Words;

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
 * the bits of a register field, {@code high:low}, or {@code =} and a register's number:
 *
 * <pre>
 *   t  the target                        T  the same, may be the stack pointer
 *   b  a base                            a  the same, may be the stack pointer or (0) nothing
 *   c  base of the second place, like a
 *   l  loaded whole                      s  stored whole
 *   r  read                              R  the same, and all registers up to the next field
 *   w  written                           W  the same, and all registers up to the next field
 *   m  perhaps written                   x  read, but only as bits
 * </pre>
 *
 * <p>{@code '} behind it adds 8 (RISC-V's short fields), {@code &} behind it means the next
 * register as well (a pair). The slices of the displacement stand as in {@link BranchTable}: {@code
 * +} without a sign, {@code -} with one, {@code ~} without one and to be subtracted; {@code ^}
 * those of the second place. A word without a row is not understood.
 */
final class AddressTable {
    private record Field(char what, int low, int bits, int add, boolean pair) {
        int register(long word) {
            return (int) (word >>> low & ((1L << bits) - 1)) + add;
        }
    }

    private record Distance(List<BranchTable.Slice> slices, boolean signed, boolean minus) {
        static final Distance NONE = new Distance(List.of(), false, false);

        long of(long word) {
            long value = BranchTable.displacement(slices, word, signed);
            return minus ? -value : value;
        }

        long field() {
            long bits = 0;
            for (BranchTable.Slice slice : slices) {
                bits |= slice.bits();
            }
            return bits;
        }
    }

    private record Row(
            long mask,
            long value,
            Kind kind,
            List<Field> fields,
            Distance distance,
            Distance second) {}

    private static final int RECENT = 4096;

    /** A letter and its capital, which count together, have the same number below this one. */
    private static final int LETTERS = 32;

    private final List<Row> rows = new ArrayList<>();
    private final Registers registers;
    private final RowIndex index;

    /** What was said last of words of one hash; compilers use few of those that there are. */
    private final @Nullable AddressUse[] recent = new AddressUse[RECENT];

    AddressTable(Registers registers, String table) {
        this.registers = registers;
        for (String line : table.split("\n", -1)) {
            if (!line.isBlank()) {
                rows.add(row(line.strip().split(" +", -1)));
            }
        }
        this.index =
                new RowIndex(
                        rows.stream().mapToLong(Row::mask).toArray(),
                        rows.stream().mapToLong(Row::value).toArray());
    }

    private static Row row(String[] cells) {
        List<Field> fields = new ArrayList<>();
        Distance distance = Distance.NONE;
        Distance second = Distance.NONE;
        for (int i = 3; i < cells.length; i++) {
            char what = cells[i].charAt(0);
            String rest = cells[i].substring(1);
            switch (what) {
                case '+', '-', '~' ->
                        distance = new Distance(BranchTable.slices(rest), what == '-', what == '~');
                case '^' -> second = new Distance(BranchTable.slices(rest), false, false);
                default -> fields.add(field(what, rest));
            }
        }
        return new Row(
                BranchTable.mask(cells[0]),
                Long.parseUnsignedLong(cells[1], 16),
                Kind.valueOf(cells[2]),
                fields,
                distance,
                second);
    }

    private static Field field(char what, String text) {
        if (text.startsWith("=")) {
            return new Field(what, 0, 0, Integer.parseInt(text.substring(1)), false);
        }
        String[] bits = text.replaceAll("['&]", "").split(":", -1);
        int low = Integer.parseInt(bits[1]);
        int count = Integer.parseInt(bits[0]) - low + 1;
        return new Field(what, low, count, text.endsWith("'") ? 8 : 0, text.endsWith("&"));
    }

    /** What the instruction does; null if it is not understood. */
    @Nullable AddressUse of(long word) {
        int place = (int) Bytes.mix(word) & (RECENT - 1);
        AddressUse known = recent[place];
        if (known != null && known.word() == word) {
            return known;
        }
        int row = index.find(word);
        AddressUse use = row < 0 ? null : use(rows.get(row), word);
        recent[place] = use;
        return use;
    }

    Registers registers() {
        return registers;
    }

    private AddressUse use(Row row, long word) {
        int[] sets = new int[LETTERS];
        int target = -1;
        List<Integer> words = new ArrayList<>();
        for (int i = 0; i < row.fields.size(); i++) {
            Field field = row.fields.get(i);
            int register = field.register(word);
            boolean counts = counts(field.what, register);
            if (field.what == 'R' || field.what == 'W') {
                sets[field.what % LETTERS] |= range(register, row.fields.get(++i).register(word));
            } else if (counts) {
                sets[field.what % LETTERS] |= 1 << register | (field.pair ? 2 << register : 0);
            }
            if (field.what == 'l' || field.what == 's') {
                words.add(counts ? register : -1);
            } else if (counts && (field.what == 't' || field.what == 'T')) {
                target = register;
            }
        }
        Words moved =
                words.isEmpty()
                        ? Words.NONE
                        : new Words(sets['s' % LETTERS] != 0, words.getFirst(), words.getLast());
        return use(row, word, sets, target, words.size() == 1 ? moved.alone() : moved);
    }

    private static int range(int from, int to) {
        int set = 1 << to;
        for (int i = from; i != to; i = (i + 1) % 16) {
            set |= 1 << i;
        }
        return set;
    }

    private boolean counts(char what, int register) {
        boolean address = what == 'a' || what == 'T' || what == 'c';
        if (address && register == registers.stack()) {
            return true;
        }
        boolean nothing = address && what != 'T' && register == 0 && registers.baseless();
        return !nothing && (registers.never() >>> register & 1) == 0;
    }

    private static AddressUse use(Row row, long word, int[] sets, int target, Words words) {
        int bases = sets['a' % LETTERS] | sets['b' % LETTERS];
        int reads = sets['r' % LETTERS] | sets['s' % LETTERS] | sets['x' % LETTERS];
        boolean memory = row.kind.accesses();
        boolean twice = row.kind == Kind.MOVE && Integer.bitCount(bases) != 1;
        boolean other = !memory && row.kind != Kind.EXECUTE && (target < 0 || twice);
        long distance = row.distance.of(word);
        return new AddressUse(
                other ? Kind.OTHER : row.kind,
                new Operand(other ? 0 : bases, distance, row.distance.field()),
                sets['c' % LETTERS] == 0
                        ? null
                        : new Operand(sets['c' % LETTERS], row.second.of(word), row.second.field()),
                word,
                target,
                words,
                other ? reads | bases : reads,
                sets['x' % LETTERS],
                sets['w' % LETTERS] | sets['l' % LETTERS] | sets['t' % LETTERS],
                sets['m' % LETTERS]);
    }
}
