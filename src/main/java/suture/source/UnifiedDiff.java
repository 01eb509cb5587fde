package suture.source;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Prints scripts as a patch, as {@code git diff} does, with three lines of context. */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;

    private final StringBuilder out = new StringBuilder();

    private UnifiedDiff() {}

    /** The patch of all changes; each character stands for one byte. */
    public static String of(List<AppliedPatch.Change> changes) {
        UnifiedDiff diff = new UnifiedDiff();
        changes.forEach(diff::add);
        return diff.out.toString();
    }

    private void add(AppliedPatch.Change change) {
        out.append("--- ").append(name("a/", change.original())).append('\n');
        out.append("+++ ").append(name("b/", change.patched())).append('\n');
        List<Script.Line> lines = change.script().lines();
        int oldLine = 1;
        int newLine = 1;
        int done = 0;
        while (done < lines.size()) {
            int first = nextEdit(lines, done);
            if (first == lines.size()) {
                return;
            }
            int start = Math.max(done, first - CONTEXT);
            oldLine += start - done;
            newLine += start - done;
            int end = end(lines, first);
            List<Script.Line> hunk = lines.subList(start, end);
            int removed = count(hunk, Script.Edit.ADDED);
            int added = count(hunk, Script.Edit.REMOVED);
            out.append("@@ -").append(range(oldLine, removed));
            out.append(" +").append(range(newLine, added)).append(" @@\n");
            hunk.forEach(this::print);
            oldLine += removed;
            newLine += added;
            done = end;
        }
    }

    private static String name(String prefix, @Nullable String path) {
        return path == null ? "/dev/null" : prefix + path;
    }

    private static String range(int start, int count) {
        return (count == 0 ? start - 1 : start) + "," + count;
    }

    private static int count(List<Script.Line> lines, Script.Edit without) {
        return (int) lines.stream().filter(line -> line.edit() != without).count();
    }

    private static int nextEdit(List<Script.Line> lines, int from) {
        int at = from;
        while (at < lines.size() && lines.get(at).edit() == Script.Edit.KEPT) {
            at++;
        }
        return at;
    }

    /** Where the hunk that begins with this edit ends, context included. */
    private static int end(List<Script.Line> lines, int edit) {
        int end = edit;
        while (true) {
            while (end < lines.size() && lines.get(end).edit() != Script.Edit.KEPT) {
                end++;
            }
            int next = nextEdit(lines, end);
            if (next == lines.size() || next - end > 2 * CONTEXT) {
                return Math.min(lines.size(), end + CONTEXT);
            }
            end = next;
        }
    }

    private void print(Script.Line line) {
        out.append(line.edit().sign).append(line.text());
        if (!line.text().endsWith("\n")) {
            out.append("\n\\ No newline at end of file\n");
        }
    }
}
