package suture.source;

import java.util.List;

/**
 * One hunk of a unified diff.
 *
 * @param oldStart number of its first line in the original file, from 1; 0 if it has none
 * @param newStart number of its first line in the patched file, from 1; 0 if it has none
 * @param lines in order
 * @param at line of the patch that its header stands in, from 1
 */
public record Hunk(int oldStart, int newStart, List<Script.Line> lines, int at) {
    /** Number of lines of the original file that it covers. */
    public int oldCount() {
        return (int) lines.stream().filter(line -> line.edit() != Script.Edit.ADDED).count();
    }

    /** Number of lines of the patched file that it covers. */
    public int newCount() {
        return (int) lines.stream().filter(line -> line.edit() != Script.Edit.REMOVED).count();
    }
}
