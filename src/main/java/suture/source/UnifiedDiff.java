package suture.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

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
        List<Script.Line> lines = change.script().lines();
        boolean edited = nextEdit(lines, 0) < lines.size();
        if (edited || !Objects.equals(change.original(), change.patched())) {
            extended(change.original(), change.patched());
        }
        if (edited) {
            out.append("--- ").append(name("a/", change.original())).append('\n');
            out.append("+++ ").append(name("b/", change.patched())).append('\n');
        }
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

    /** The header by which git knows files that come, go and move, and that may have no hunks. */
    private void extended(@Nullable String from, @Nullable String to) {
        out.append("diff --git ").append(name("a/", from == null ? to : from));
        out.append(' ').append(name("b/", to == null ? from : to)).append('\n');
        if (from == null) {
            out.append("new file mode 100644\n");
        } else if (to == null) {
            out.append("deleted file mode 100644\n");
        } else if (!from.equals(to)) {
            out.append("rename from ").append(name("", from)).append('\n');
            out.append("rename to ").append(name("", to)).append('\n');
        }
    }

    /** As git quotes it, if it must be; characters of the result are bytes. */
    private static String name(String prefix, @Nullable String path) {
        if (path == null) {
            return "/dev/null";
        }
        String bytes = new String((prefix + path).getBytes(UTF_8), ISO_8859_1);
        if (bytes.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\')) {
            return bytes;
        }
        return bytes.chars()
                .mapToObj(c ->
                        c == '"' || c == '\\'
                                ? "\\" + (char) c
                                : c >= ' ' && c < 0x7f
                                        ? String.valueOf((char) c)
                                        : "\\%03o".formatted(c))
                .collect(Collectors.joining("", "\"", "\""));
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
