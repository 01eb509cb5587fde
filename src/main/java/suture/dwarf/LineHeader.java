package suture.dwarf;

import suture.bytes.Bytes;
import suture.bytes.Cursor;
import suture.bytes.FormatException;

import java.util.ArrayList;
import java.util.List;

/**
 * The head of one line number program (DWARF 5, 6.2.4).
 *
 * @param version 2 to 5
 * @param start offset in {@code .debug_line} of the first instruction
 * @param end offset after the last one, where the next head begins
 * @param addressSize of DW_LNE_set_address
 * @param minimumLength factor of every advance
 * @param defaultIsStatement initial {@code is_stmt}
 * @param lineBase smallest line advance of a special opcode
 * @param lineRange number of line advances
 * @param operands number of operands of standard opcodes, by opcode
 * @param files names by file number; null where there is none
 */
record LineHeader(
        int version,
        long start,
        long end,
        int addressSize,
        int minimumLength,
        boolean defaultIsStatement,
        int lineBase,
        int lineRange,
        List<Integer> operands,
        List<String> files) {
    private static final int CONTENT_PATH = 1;
    private static final int CONTENT_DIRECTORY = 2;
    private static final long UNIT_64 = 0xffff_ffffL;

    /** The name of a file by its number; {@code ?} if the table has no such file. */
    String file(long number) {
        return number >= 0 && number < files.size() ? files.get((int) number) : "?";
    }

    /** Reads the head at {@code offset} of {@code .debug_line}. */
    static LineHeader read(DebugSections sections, long offset) {
        Cursor in = sections.cursor("line", offset);
        long length = in.u32();
        int offsetSize = length == UNIT_64 ? 8 : 4;
        length = length == UNIT_64 ? in.s64() : length;
        if (length < 0 || length > in.remaining()) {
            throw new IndexOutOfBoundsException("a line program of " + length + " bytes");
        }
        long end = in.position() + length;
        int version = in.u16();
        if (version < 2 || version > 5) {
            throw bad(sections, offset, "version 2 to 5", "version " + version);
        }
        int addressSize = 0;
        if (version >= 5) {
            addressSize = in.u8();
            in.u8();
        }
        long headerLength = Forms.number(in, offsetSize);
        if (headerLength < 0 || headerLength > end - in.position()) {
            throw new IndexOutOfBoundsException("a line header of " + headerLength + " bytes");
        }
        long start = in.position() + headerLength;
        int minimum = in.u8();
        int operations = version >= 4 ? in.u8() : 1;
        boolean statement = in.u8() != 0;
        int lineBase = (byte) in.u8();
        int lineRange = in.u8();
        if (operations > 1 || lineRange == 0) {
            throw bad(
                    sections,
                    offset,
                    "one operation an instruction and a line range",
                    operations + " and " + lineRange);
        }
        List<Integer> operands = new ArrayList<>(List.of(0));
        for (int i = in.u8(); i > 1; i--) {
            operands.add(in.u8());
        }
        List<String> files = version >= 5 ? files5(sections, in, offsetSize) : files4(in);
        return new LineHeader(
                version,
                start,
                end,
                addressSize,
                minimum,
                statement,
                lineBase,
                lineRange,
                operands,
                files);
    }

    private static List<String> files4(Cursor in) {
        List<String> directories = new ArrayList<>(List.of(""));
        for (String name = in.cstring(); !name.isEmpty(); name = in.cstring()) {
            directories.add(name);
        }
        List<String> files = new ArrayList<>(List.of("?"));
        for (String name = in.cstring(); !name.isEmpty(); name = in.cstring()) {
            files.add(join(directories, in.uleb(), name));
            in.uleb();
            in.uleb();
        }
        return files;
    }

    private static List<String> files5(DebugSections sections, Cursor in, int offsetSize) {
        List<String> directories = new ArrayList<>();
        for (Entry entry : entries(sections, in, offsetSize)) {
            directories.add(entry.path());
        }
        if (!directories.isEmpty()) {
            directories.set(0, "");
        }
        List<String> files = new ArrayList<>();
        for (Entry entry : entries(sections, in, offsetSize)) {
            files.add(join(directories, entry.directory(), entry.path()));
        }
        return files;
    }

    private record Entry(String path, long directory) {}

    private static List<Entry> entries(DebugSections sections, Cursor in, int offsetSize) {
        long[] formats = new long[2 * in.u8()];
        for (int i = 0; i < formats.length; i++) {
            formats[i] = in.uleb();
        }
        long count = in.uleb();
        if (count < 0 || count > in.remaining() || (formats.length == 0 && count > 0)) {
            throw new IndexOutOfBoundsException(count + " entries of a file table");
        }
        List<Entry> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String path = "";
            long directory = 0;
            for (int f = 0; f < formats.length; f += 2) {
                int form = (int) formats[f + 1];
                long value = Forms.read(sections, in, form, 5, 8, offsetSize);
                if (formats[f] == CONTENT_PATH) {
                    path = text(sections, form, value);
                } else if (formats[f] == CONTENT_DIRECTORY) {
                    directory = value;
                }
            }
            entries.add(new Entry(path, directory));
        }
        return entries;
    }

    private static String text(DebugSections sections, int form, long value) {
        Bytes section =
                switch (form) {
                    case Forms.STRING -> sections.content("line");
                    case Forms.STRP -> sections.content("str");
                    case Forms.LINE_STRP -> sections.content("line_str");
                    default -> throw new IndexOutOfBoundsException("a file name of form " + form);
                };
        return section.cstring(value);
    }

    /** Directory 0 is the compilation directory and not written. */
    private static String join(List<String> directories, long directory, String name) {
        boolean plain =
                name.startsWith("/")
                        || directory < 0
                        || directory >= directories.size()
                        || directories.get((int) directory).isEmpty();
        return plain ? name : directories.get((int) directory) + "/" + name;
    }

    private static FormatException bad(
            DebugSections sections, long offset, String expected, String found) {
        return new FormatException(sections.file(), ".debug_line", offset, expected, found);
    }
}
