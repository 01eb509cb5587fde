package suture.dwarf;

import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.Section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The source line of each instruction ({@code .debug_line}; DWARF 5, 6.2). Read once per object; a
 * question costs two binary searches.
 */
public final class LineTable {
    private final CodeSpace space;
    private final LineRows rows = new LineRows();
    private final List<String> files = new ArrayList<>();
    private final List<Sequence> sequences = new ArrayList<>();
    private long[] highest = new long[0];

    /** Rows {@code [from, to)} describe the code from {@code low} to {@code high}. */
    private record Sequence(long low, long high, int from, int to, Section section) {}

    private LineTable(CodeSpace space) {
        this.space = space;
    }

    /**
     * Reads all line programs of an object; the table is empty if there are none.
     *
     * @throws FormatException if they break the format's rules
     */
    public static LineTable read(ElfObject object) {
        DebugSections sections = new DebugSections(object);
        LineTable table = new LineTable(sections.space());
        long at = 0;
        try {
            while (at < sections.content("line").size()) {
                LineHeader header = LineHeader.read(sections, at);
                table.add(sections, header);
                at = header.end();
            }
        } catch (IndexOutOfBoundsException e) {
            throw sections.broken("line", at, e);
        }
        table.index();
        return table;
    }

    private void add(DebugSections sections, LineHeader header) {
        Map<Long, Integer> ids = new HashMap<>();
        int[] from = {rows.size()};
        new LineProgram(
                        sections,
                        header,
                        rows,
                        number -> ids.computeIfAbsent(number, n -> newFile(header.file(n))),
                        end -> {
                            close(from[0], end);
                            from[0] = rows.size();
                        })
                .run();
        rows.truncate(from[0]);
    }

    private int newFile(String name) {
        files.add(name);
        return files.size() - 1;
    }

    private void close(int from, long end) {
        int to = rows.size();
        rows.sort(from, to);
        Section section = from < to ? space.at(rows.address(from)) : null;
        if (section == null || Long.compareUnsigned(rows.address(from), end) >= 0) {
            rows.truncate(from); // of code that the linker dropped, or of none
        } else {
            sequences.add(new Sequence(rows.address(from), end, from, to, section));
        }
    }

    private void index() {
        sequences.sort(Comparator.comparing(Sequence::low, Long::compareUnsigned));
        highest = new long[sequences.size()];
        long top = 0;
        for (int i = 0; i < highest.length; i++) {
            long high = sequences.get(i).high();
            top = Long.compareUnsigned(high, top) > 0 ? high : top;
            highest[i] = top;
        }
    }

    /** Whether there is nothing to ask. */
    public boolean isEmpty() {
        return sequences.isEmpty();
    }

    /**
     * The source line of the instruction that covers the byte at {@code offset}; empty if the table
     * says nothing or says that it belongs to no line.
     */
    public Optional<SourceLine> lineAt(Section text, long offset) {
        if (offset < 0 || offset >= text.size()) {
            return Optional.empty();
        }
        long address = space.base(text) + offset;
        for (int i = last(address); i >= 0; i--) {
            if (Long.compareUnsigned(highest[i], address) <= 0) {
                return Optional.empty();
            }
            Sequence sequence = sequences.get(i);
            if (sequence.section() == text && Long.compareUnsigned(address, sequence.high()) < 0) {
                int row = rows.find(sequence.from(), sequence.to(), address);
                return row < 0 || rows.line(row) == 0 ? Optional.empty() : Optional.of(line(row));
            }
        }
        return Optional.empty();
    }

    /** Last sequence that begins at or before the address, -1 if none. */
    private int last(long address) {
        int low = 0;
        int high = sequences.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(sequences.get(middle).low(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private SourceLine line(int row) {
        return new SourceLine(files.get(rows.file(row)), rows.line(row), rows.column(row));
    }

    /** A walk over all rows, sequence by sequence in the order of their addresses. */
    public Rows rows() {
        return new Rows();
    }

    /** Stands on one row after {@link #next} has said true. */
    public final class Rows {
        private int sequence = -1;
        private int row;

        private Rows() {}

        /** Goes to the next row; false after the last. */
        public boolean next() {
            row++;
            while (sequence < 0 || row >= sequences.get(sequence).to()) {
                if (++sequence >= sequences.size()) {
                    return false;
                }
                row = sequences.get(sequence).from();
            }
            return true;
        }

        /** The code section. */
        public Section section() {
            return sequences.get(sequence).section();
        }

        /** Where in the section the row's code begins. */
        public long offset() {
            return rows.address(row) - space.base(section());
        }

        /** Where in the section the row's sequence ends. */
        public long sequenceEnd() {
            return sequences.get(sequence).high() - space.base(section());
        }

        /** Its line; {@code line} 0 means that the code belongs to none. */
        public SourceLine line() {
            return LineTable.this.line(row);
        }

        /** Whether a statement begins here. */
        public boolean isStatement() {
            return rows.isStatement(row);
        }
    }
}
