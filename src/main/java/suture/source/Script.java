package suture.source;

import java.util.List;
import java.util.stream.Collectors;

/**
 * How a whole file changes, line by line. Text is kept byte for byte: each character stands for one
 * byte (ISO 8859-1), each line holds its own end.
 *
 * @param lines kept, removed and added lines in order
 */
public record Script(List<Line> lines) {
    /** What happens to a line. */
    public enum Edit {
        /** It stands in both files. */
        KEPT(' '),
        /** It stands in the original file only. */
        REMOVED('-'),
        /** It stands in the patched file only. */
        ADDED('+');

        final char sign;

        Edit(char sign) {
            this.sign = sign;
        }
    }

    /**
     * One line.
     *
     * @param edit what happens to it
     * @param text with its line feed; the last line of a file may lack it
     */
    public record Line(Edit edit, String text) {}

    /** A script that does the same to every line of a text. */
    static Script all(String text, Edit edit) {
        return new Script(
                PatchParser.lines(text).stream().map(line -> new Line(edit, line)).toList());
    }

    /** The original file. */
    public String original() {
        return text(Edit.ADDED);
    }

    /** The patched file. */
    public String patched() {
        return text(Edit.REMOVED);
    }

    private String text(Edit without) {
        return lines.stream()
                .filter(line -> line.edit != without)
                .map(Line::text)
                .collect(Collectors.joining());
    }
}
