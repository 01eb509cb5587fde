package suture.impact;

import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A dump of {@code -fdump-ipa-clones} (gcc {@code cgraph_node::dump_callgraph_transformation}).
 *
 * <p>Lines, their fields separated by semicolons; file, line and column are of the declaration:
 *
 * <pre>
 *   Callgraph clone;NAME;ORDER;FILE;LINE;COLUMN;NAME;ORDER;FILE;LINE;COLUMN;KIND
 *   Callgraph removal;NAME;ORDER;FILE;LINE;COLUMN
 * </pre>
 *
 * KIND is {@code inlining to} (the second function received the body of the first), {@code isra},
 * {@code constprop}, {@code part}, or {@code (null)} for a temporary copy. Seen with gcc 11 and 12.
 * Compilers before gcc 7.1 that had the option as a patch wrote two more fields, {@code <-} and
 * {@code optimization:}. Removals are incomplete (only functions that were cloned have one), so
 * nothing follows from them.
 *
 * @param clones in the order of the file
 */
record IpaClones(List<Clone> clones) {
    private static final String CLONE = "Callgraph clone";
    private static final String REMOVAL = "Callgraph removal";

    /** A function with its declaration; {@code order} tells functions of one name apart. */
    record Node(String name, int order, String file, int line) {}

    /** A body that went into another function. */
    record Clone(Node original, Node copy, String kind) {
        boolean inlining() {
            return kind.equals("inlining to");
        }

        boolean temporary() {
            return kind.equals("(null)");
        }
    }

    /**
     * Reads a dump.
     *
     * @throws FormatException if a line is none of the above
     */
    static IpaClones read(Path file) throws IOException {
        List<Clone> clones = new ArrayList<>();
        // A name may have any bytes.
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(CLONE + ";")) {
                clones.add(clone(file, i + 1, lines.get(i).split(";", -1)));
            } else if (!lines.get(i).startsWith(REMOVAL + ";") && !lines.get(i).isBlank()) {
                throw bad(file, i + 1, lines.get(i));
            }
        }
        return new IpaClones(List.copyOf(clones));
    }

    /** A semicolon in a file's name makes the fields ambiguous: such a line is refused. */
    private static Clone clone(Path file, int line, String[] fields) {
        boolean old = fields.length == 14 && fields[6].equals("<-");
        if (fields.length != 12 && !old) {
            throw bad(file, line, String.join(";", fields));
        }
        try {
            return new Clone(node(fields, 1), node(fields, old ? 7 : 6), fields[fields.length - 1]);
        } catch (NumberFormatException e) {
            throw bad(file, line, String.join(";", fields));
        }
    }

    private static Node node(String[] fields, int at) {
        return new Node(
                fields[at],
                Integer.parseInt(fields[at + 1]),
                fields[at + 2],
                Integer.parseInt(fields[at + 3]));
    }

    private static FormatException bad(Path file, int line, String found) {
        return new FormatException(
                file.toString(),
                "line " + line,
                -1,
                "a line of -fdump-ipa-clones with 12 fields",
                '"' + found + '"');
    }
}
