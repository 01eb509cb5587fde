package suture.dwarf;

import suture.bytes.Cursor;

import java.util.function.LongConsumer;
import java.util.function.LongToIntFunction;

/** Runs one line number program (DWARF 5, 6.2.5). */
final class LineProgram {
    private final LineHeader header;
    private final Cursor in;
    private final LineRows rows;
    private final LongToIntFunction fileIds;
    private final LongConsumer sequenceEnd;

    private long address;
    private long file;
    private long line;
    private long column;
    private boolean statement;

    /**
     * @param rows receives the rows
     * @param fileIds turns a file number of this program into that of the table
     * @param sequenceEnd is told the end address of each sequence
     */
    LineProgram(
            DebugSections sections,
            LineHeader header,
            LineRows rows,
            LongToIntFunction fileIds,
            LongConsumer sequenceEnd) {
        this.header = header;
        this.in = sections.cursor("line", header.start());
        this.rows = rows;
        this.fileIds = fileIds;
        this.sequenceEnd = sequenceEnd;
    }

    void run() {
        reset();
        int base = header.operands().size();
        while (in.position() < header.end()) {
            int opcode = in.u8();
            if (opcode >= base) {
                int adjusted = opcode - base;
                advance(adjusted / header.lineRange());
                line += header.lineBase() + adjusted % header.lineRange();
                row();
            } else if (opcode == 0) {
                extended();
            } else {
                standard(opcode);
            }
        }
    }

    private void reset() {
        address = 0;
        file = 1;
        line = 1;
        column = 0;
        statement = header.defaultIsStatement();
    }

    private void advance(long operations) {
        address += operations * header.minimumLength();
    }

    private void row() {
        rows.add(address, fileIds.applyAsInt(file), (int) line, (int) column, statement);
    }

    private void standard(int opcode) {
        switch (opcode) {
            case 1 -> row();
            case 2 -> advance(in.uleb());
            case 3 -> line += in.sleb();
            case 4 -> file = in.uleb();
            case 5 -> column = in.uleb();
            case 6 -> statement = !statement;
            case 7, 10, 11 -> {} // basic_block, prologue_end, epilogue_begin
            case 8 -> advance((255 - header.operands().size()) / header.lineRange());
            case 9 -> address += in.u16();
            default -> {
                for (int i = 0; i < header.operands().get(opcode); i++) {
                    in.uleb();
                }
            }
        }
    }

    private void extended() {
        long length = in.uleb();
        long start = Forms.skip(in, length);
        long next = in.position();
        if (length == 0) {
            return;
        }
        in.seek(start);
        switch (in.u8()) {
            case 1 -> {
                sequenceEnd.accept(address);
                reset();
            }
            case 2 -> address = Forms.number(in, (int) (length - 1));
            default -> {} // discriminators, files defined in place (obsolete), vendor's
        }
        in.seek(next);
    }
}
