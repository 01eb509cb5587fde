package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.dwarf.DebugInfo;
import suture.dwarf.InlinedCall;
import suture.dwarf.LineTable;
import suture.dwarf.SourceLine;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.machine.InstructionCursor;
import suture.match.LineNumbers;

import java.nio.ByteOrder;
import java.util.List;

/**
 * Line numbers of the two objects out of their debug information, read when the first question
 * comes.
 *
 * <p>An immediate operand is the line of its instruction if it equals the line that {@code
 * .debug_line} gives for the instruction, or the line of a call that it was inlined through, and if
 * an instruction of that same line refers to the name of the source file, or to that of the
 * function where the compiler made a variable for it: {@code __LINE__} goes with {@code __FILE__}
 * or {@code __func__}. Without the second condition {@code delay(7)} on line 7 that becomes {@code
 * delay(8)} on line 8 would be missed.
 */
final class SourceLines implements LineNumbers {
    private final Side original;
    private final Side patched;

    SourceLines(ObjectGraph original, ObjectGraph patched) {
        this.original = new Side(original);
        this.patched = new Side(patched);
    }

    @Override
    public long endOfLineNumber(Atom x, Atom y, int extent, long place) {
        if (original.table().isEmpty() || patched.table().isEmpty()) {
            return -1;
        }
        Operand before = original.immediate(x.extents().get(extent), place);
        Operand after = patched.immediate(y.extents().get(extent), place);
        if (before == null || after == null || before.at != after.at || before.size != after.size) {
            return -1;
        }
        boolean line = original.isLine(x, extent, before) && patched.isLine(y, extent, after);
        return line ? before.at + before.size : -1;
    }

    /** The source line of a place in patched code, empty if nothing says it. */
    String ofPatched(Atom atom, int extent, long offset) {
        if (!atom.code() || extent >= atom.extents().size()) {
            return "";
        }
        Extent home = atom.extents().get(extent);
        return patched.table()
                .lineAt(home.section(), home.offset() + offset)
                .map(SourceLine::toString)
                .orElse("");
    }

    /**
     * The function whose body, inlined, holds the place in both; empty if there is none, or not the
     * same one.
     */
    String bodyAt(Atom before, Atom after, int extent, long offset) {
        String body = original.bodyAt(before, extent, offset);
        return body.equals(patched.bodyAt(after, extent, offset)) ? body : "";
    }

    /**
     * An immediate operand.
     *
     * @param instruction offset of its instruction in the extent
     * @param at its own offset in the extent
     * @param value as an unsigned number
     */
    private record Operand(long instruction, long at, int size, long value) {}

    private static final class Side {
        private final ObjectGraph graph;
        private @Nullable LineTable lines;
        private @Nullable DebugInfo info;

        Side(ObjectGraph graph) {
            this.graph = graph;
        }

        @Nullable Operand immediate(Extent extent, long place) {
            InstructionCursor cursor = graph.machine().instructions(extent.content());
            while (cursor.next() && cursor.offset() <= place) {
                long at = cursor.offset() + cursor.immediateOffset();
                int size = cursor.immediateSize();
                if (cursor.valid() && size > 0 && place >= at && place < at + size) {
                    long value = number(extent.content(), at, size, graph.machine().order());
                    return new Operand(cursor.offset(), at, size, value);
                }
            }
            return null;
        }

        private static long number(Bytes code, long at, int size, ByteOrder order) {
            return switch (size) {
                case 1 -> code.u8(at);
                case 2 -> code.u16(at, order);
                case 4 -> code.u32(at, order);
                default -> -1;
            };
        }

        LineTable table() {
            LineTable table = lines;
            if (table == null) {
                table = LineTable.read(graph.object());
                lines = table;
            }
            return table;
        }

        boolean isLine(Atom atom, int extent, Operand operand) {
            LineTable table = table();
            return operand.value > 0
                    && stands(table, atom.extents().get(extent), operand.instruction, operand.value)
                    && namesPlace(table, atom, extent, operand.value);
        }

        /** Whether the instruction comes from that line, or from a call there. */
        private boolean stands(LineTable table, Extent extent, long instruction, long line) {
            long place = extent.offset() + instruction;
            boolean own =
                    table.lineAt(extent.section(), place).filter(l -> l.line() == line).isPresent();
            return own || calledFrom(extent, place, line);
        }

        /** Whether an instruction of the same line refers to the file's or function's name. */
        private boolean namesPlace(LineTable table, Atom atom, int index, long line) {
            Extent extent = atom.extents().get(index);
            for (Reference reference : atom.references()) {
                if (reference.extent() == index
                        && stands(table, extent, reference.offset(), line)
                        && switch (reference.target().kind()) {
                            case STRING -> isFileName(table, extent, reference);
                            case VARIABLE -> isFunctionName(atom, extent, reference);
                            default -> false;
                        }) {
                    return true;
                }
            }
            return false;
        }

        /** C11 6.4.2.2: an array that is there without being declared. */
        private boolean isFunctionName(Atom atom, Extent extent, Reference reference) {
            Atom target = reference.target();
            String text = target.text(reference.targetOffset());
            return !target.state()
                    && NameGrammar.base(target.name()).equals("__func__")
                    && (text.equals(NameGrammar.base(atom.name()))
                            || inlinedAt(extent, extent.offset() + reference.offset()).stream()
                                    .anyMatch(call -> text.equals(call.name())));
        }

        private static boolean isFileName(LineTable table, Extent extent, Reference reference) {
            String text = reference.target().text(reference.targetOffset());
            return table.lineAt(extent.section(), extent.offset() + reference.offset())
                    .map(SourceLine::file)
                    .filter(file -> !text.isEmpty())
                    .filter(file -> sameFile(file, text))
                    .isPresent();
        }

        /**
         * One of the two may have lost leading directories: the compilation directory, a prefix
         * map.
         */
        private static boolean sameFile(String file, String text) {
            return file.equals(text) || file.endsWith("/" + text) || text.endsWith("/" + file);
        }

        private boolean calledFrom(Extent extent, long place, long line) {
            return inlinedAt(extent, place).stream().anyMatch(call -> call.call().line() == line);
        }

        String bodyAt(Atom atom, int index, long offset) {
            Extent extent = atom.extents().get(index);
            List<InlinedCall> calls = inlinedAt(extent, extent.offset() + offset);
            return calls.isEmpty() ? "" : calls.getFirst().name();
        }

        private List<InlinedCall> inlinedAt(Extent extent, long place) {
            DebugInfo all = info;
            if (all == null) {
                all = DebugInfo.read(graph.object());
                info = all;
            }
            return all.inlinedAt(extent.section(), place);
        }
    }
}
