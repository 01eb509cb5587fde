package suture.machine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The instructions of a fixed-width machine that matter to a comparison: those that transfer
 * control or address memory relative to the PC, and those that do nothing. One row each:
 *
 * <pre>
 *   mask  value  what  displacement
 * </pre>
 *
 * An instruction is the first row's with {@code word & mask == value}. {@code what} is a {@link
 * Flow}, {@code NOP}, {@code PAD} (landing pad) or {@code PCREL}; a flow with {@code ?} behind it
 * may also go on to the next instruction. The displacement is a list of slices {@code high:low<<n}
 * of the word that are shifted left by n and joined; the first one carries the sign. Slices that do
 * not stand alone in the word (an address relative to a page, say) are left out: the operand is
 * marked, its value is not asked for.
 */
final class BranchTable {
    /** One row. */
    private record Row(
            long mask,
            long value,
            What what,
            @Nullable Flow flow,
            boolean conditional,
            List<Slice> slices) {
        /** The bits of the word that are the displacement. */
        long displacement() {
            long bits = 0;
            for (Slice slice : slices) {
                bits |= slice.bits();
            }
            return bits;
        }
    }

    /** What a row says besides a flow. */
    private enum What {
        NOP,
        PAD,
        PCREL,
        FLOW
    }

    /** Bits {@code high..low} of the word, shifted left. */
    record Slice(int high, int low, int shift) {
        long bits() {
            return (-1L >>> (63 - high + low)) << low;
        }
    }

    private final List<Row> rows = new ArrayList<>();
    private final RowIndex index;

    BranchTable(String table) {
        for (String line : table.split("\n", -1)) {
            if (!line.isBlank()) {
                String[] cells = line.strip().split(" +", -1);
                rows.add(
                        row(
                                mask(cells[0]),
                                Long.parseUnsignedLong(cells[1], 16),
                                cells[2],
                                slices(cells.length > 3 ? cells[3] : "")));
            }
        }
        index =
                new RowIndex(
                        rows.stream().mapToLong(Row::mask).toArray(),
                        rows.stream().mapToLong(Row::value).toArray());
    }

    private static Row row(long mask, long value, String text, List<Slice> slices) {
        return switch (text) {
            case "NOP", "PAD", "PCREL" ->
                    new Row(mask, value, What.valueOf(text), null, false, slices);
            default -> {
                boolean conditional = text.endsWith("?");
                String name = conditional ? text.substring(0, text.length() - 1) : text;
                yield new Row(mask, value, What.FLOW, Flow.valueOf(name), conditional, slices);
            }
        };
    }

    /** A mask of one four-byte word does not fit an instruction of two. */
    static long mask(String text) {
        long mask = Long.parseUnsignedLong(text, 16);
        return text.length() <= 8 ? mask | 0xffff_ffff_0000_0000L : mask;
    }

    static List<Slice> slices(String text) {
        List<Slice> slices = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] numbers = part.split(":|<<", -1);
            slices.add(
                    new Slice(
                            Integer.parseInt(numbers[0]),
                            Integer.parseInt(numbers[1]),
                            Integer.parseInt(numbers[2])));
        }
        return List.copyOf(slices);
    }

    /** The row of an instruction word, -1 if none. */
    int find(long word) {
        return index.find(word);
    }

    /** Tells {@code instruction} what the row says; its length is known. */
    void apply(int index, long word, Instruction instruction) {
        Row row = rows.get(index);
        instruction.displacementSize = !row.slices.isEmpty() ? instruction.length : 0;
        instruction.operation = row.slices.isEmpty() ? 0 : word & ~row.displacement();
        switch (row.what) {
            case NOP -> instruction.nop = true;
            case PAD -> instruction.landingPad = true;
            case PCREL -> {
                instruction.pcRelative = true;
                instruction.displacementSize = instruction.length;
                instruction.knowsOperand = !row.slices.isEmpty();
                instruction.target = instruction.at + displacement(row.slices, word, true);
            }
            case FLOW -> flow(row, Objects.requireNonNull(row.flow), word, instruction);
        }
    }

    private static void flow(Row row, Flow flow, long word, Instruction instruction) {
        instruction.flow = flow;
        instruction.fallsThrough =
                row.conditional
                        || switch (flow) {
                            case JUMP, RETURN, INDIRECT_JUMP -> false;
                            case NEXT, CONDITIONAL, CALL, INDIRECT_CALL, TRAP -> true;
                        };
        instruction.hasTarget = !row.slices.isEmpty();
        instruction.target = instruction.at + displacement(row.slices, word, true);
    }

    static long displacement(List<Slice> slices, long word, boolean signed) {
        long value = 0;
        for (int i = 0; i < slices.size(); i++) {
            Slice slice = slices.get(i);
            long bits = word << (63 - slice.high);
            int shift = 63 - slice.high + slice.low;
            value += (i == 0 && signed ? bits >> shift : bits >>> shift) << slice.shift;
        }
        return value;
    }
}
