package suture.build.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A text file of lines with tabs between their fields, in the order of the first fields (as bytes),
 * each of which is there once: a table in which one looks up a few of many lines.
 */
final class SortedLines {
    private final byte[] text;

    private SortedLines(byte[] text) {
        this.text = text;
    }

    static SortedLines read(Path file) throws IOException {
        return new SortedLines(Files.readAllBytes(file));
    }

    /** What follows the first field in its line; empty if there is no such line. */
    List<String> fields(String first) {
        byte[] key = first.getBytes(ISO_8859_1);
        int low = 0;
        int high = text.length;
        while (low < high) {
            int start = lineOf((low + high) >>> 1);
            int tab = end(start, '\t');
            int order = Arrays.compareUnsigned(text, start, tab, key, 0, key.length);
            if (order == 0) {
                int end = end(start, '\n');
                String rest = new String(text, tab, end - tab, ISO_8859_1);
                return rest.isEmpty() ? List.of() : List.of(rest.substring(1).split("\t", -1));
            }
            if (order < 0) {
                low = end(start, '\n') + 1;
            } else {
                high = start;
            }
        }
        return List.of();
    }

    /** Where the line begins that a byte is in; its newline is part of it. */
    private int lineOf(int at) {
        int start = at;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    /** The next of that byte, or the end of the line. */
    private int end(int from, char limit) {
        int at = from;
        while (at < text.length && text[at] != limit && text[at] != '\n') {
            at++;
        }
        return at;
    }
}
