package suture.machine;

import java.util.ArrayList;
import java.util.List;

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
    private record Row(long mask, long value, String what, int[][] slices) {}

    private final List<Row> rows = new ArrayList<>();

    BranchTable(String table) {
        for (String line : table.split("\n", -1)) {
            if (!line.isBlank()) {
                String[] cells = line.strip().split(" +", -1);
                rows.add(
                        new Row(
                                mask(cells[0]),
                                Long.parseUnsignedLong(cells[1], 16),
                                cells[2],
                                slices(cells.length > 3 ? cells[3] : "")));
            }
        }
    }

    /** A mask of one four-byte word does not fit an instruction of two. */
    private static long mask(String text) {
        long mask = Long.parseUnsignedLong(text, 16);
        return text.length() <= 8 ? mask | 0xffff_ffff_0000_0000L : mask;
    }

    private static int[][] slices(String text) {
        if (text.isEmpty()) {
            return new int[0][];
        }
        String[] parts = text.split(",", -1);
        int[][] slices = new int[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            String[] numbers = parts[i].split(":|<<", -1);
            slices[i] =
                    new int[] {
                        Integer.parseInt(numbers[0]),
                        Integer.parseInt(numbers[1]),
                        Integer.parseInt(numbers[2])
                    };
        }
        return slices;
    }

    /** The row of an instruction word, -1 if none. */
    int find(long word) {
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if ((word & row.mask) == row.value) {
                return i;
            }
        }
        return -1;
    }

    /** Tells {@code instruction} what the row says; its length is known. */
    void apply(int index, long word, Instruction instruction) {
        Row row = rows.get(index);
        instruction.displacementSize = row.slices.length > 0 ? instruction.length : 0;
        switch (row.what) {
            case "NOP" -> instruction.nop = true;
            case "PAD" -> instruction.landingPad = true;
            case "PCREL" -> {
                instruction.pcRelative = true;
                instruction.displacementSize = instruction.length;
            }
            default -> flow(row, word, instruction);
        }
    }

    private static void flow(Row row, long word, Instruction instruction) {
        boolean conditional = row.what.endsWith("?");
        String name = conditional ? row.what.substring(0, row.what.length() - 1) : row.what;
        Flow flow = Flow.valueOf(name);
        instruction.flow = flow;
        instruction.fallsThrough =
                conditional
                        || switch (flow) {
                            case JUMP, RETURN, INDIRECT_JUMP -> false;
                            case NEXT, CONDITIONAL, CALL, INDIRECT_CALL, TRAP -> true;
                        };
        instruction.hasTarget = row.slices.length > 0;
        instruction.target = instruction.at + displacement(row.slices, word);
    }

    private static long displacement(int[][] slices, long word) {
        long value = 0;
        for (int i = 0; i < slices.length; i++) {
            int high = slices[i][0];
            int low = slices[i][1];
            long bits = word << (63 - high);
            int shift = 63 - high + low;
            value += (i == 0 ? bits >> shift : bits >>> shift) << slices[i][2];
        }
        return value;
    }
}
