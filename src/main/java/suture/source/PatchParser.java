package suture.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads unified diffs: GNU diffutils manual, "Detailed Description of Unified Format"; git-diff(1),
 * "Generating patch text with -p". What stands between files (mail headers, index lines,
 * signatures) is skipped.
 */
final class PatchParser {
    private static final Pattern HUNK =
            Pattern.compile("^@@ -(\\d+)(?:,(\\d+))? \\+(\\d+)(?:,(\\d+))? @@.*", Pattern.DOTALL);
    private static final Pattern TIME = Pattern.compile("\\t.*$");
    private static final String NOTHING = "/dev/null";

    private final String name;
    private final List<String> lines;
    private final List<FilePatch> files = new ArrayList<>();
    private int at;

    PatchParser(String name, String text) {
        this.name = name;
        this.lines = lines(text);
    }

    /** The lines of a text, each with its line feed. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(start, end));
            start = end;
        }
        return lines;
    }

    SourcePatch parse() {
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.startsWith("diff --git ")) {
                git();
            } else if (line.startsWith("--- ") && next().startsWith("+++ ")) {
                int start = at;
                String original = path(lines.get(at++), "--- ");
                String patched = path(lines.get(at++), "+++ ");
                add(original, patched, start);
            } else if (line.startsWith("GIT binary patch") || line.startsWith("Binary files ")) {
                throw bad("text", "a binary file");
            } else {
                at++;
            }
        }
        if (files.isEmpty()) {
            throw bad("a unified diff (lines '--- file', '+++ file', '@@ ...')", "none");
        }
        return new SourcePatch(name, List.copyOf(files));
    }

    private String next() {
        return at + 1 < lines.size() ? lines.get(at + 1) : "";
    }

    /** The extended header of git, up to its hunks. */
    private void git() {
        int start = at++;
        String from = null;
        String to = null;
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.startsWith("rename from ") || line.startsWith("copy from ")) {
                from = "a/" + unquoted(line.substring(line.indexOf("from ") + 5).stripTrailing());
            } else if (line.startsWith("rename to ") || line.startsWith("copy to ")) {
                to = "b/" + unquoted(line.substring(line.indexOf("to ") + 3).stripTrailing());
            } else if (line.startsWith("--- ") && next().startsWith("+++ ")) {
                from = path(lines.get(at++), "--- ");
                to = path(lines.get(at++), "+++ ");
                break;
            } else if (!isExtended(line)) {
                break;
            }
            at++;
        }
        if (from != null || to != null) {
            add(from, to, start);
        }
    }

    private static boolean isExtended(String line) {
        return List.of(
                        "old mode",
                        "new mode",
                        "deleted file",
                        "new file",
                        "similarity ",
                        "dissimilarity ",
                        "index ")
                .stream()
                .anyMatch(line::startsWith);
    }

    private @Nullable String path(String line, String prefix) {
        String path =
                TIME.matcher(line.substring(prefix.length()).stripTrailing()).replaceFirst("");
        path = unquoted(path);
        return path.equals(NOTHING) ? null : path;
    }

    /** Undoes the quoting of git-config(1), core.quotePath: a C string in double quotes. */
    private static String unquoted(String path) {
        if (path.length() < 2 || path.charAt(0) != '"' || !path.endsWith("\"")) {
            return path;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 1; i < path.length() - 1; i++) {
            char c = path.charAt(i);
            if (c != '\\') {
                bytes.write(c);
                continue;
            }
            c = path.charAt(++i);
            if (c >= '0' && c <= '7') {
                bytes.write(Integer.parseInt(path.substring(i, i + 3), 8));
                i += 2;
            } else {
                int known = "abtnvfr".indexOf(c);
                bytes.write(known < 0 ? c : 7 + known);
            }
        }
        return bytes.toString(ISO_8859_1);
    }

    private void add(@Nullable String original, @Nullable String patched, int start) {
        List<Hunk> hunks = new ArrayList<>();
        while (at < lines.size()) {
            Matcher header = HUNK.matcher(lines.get(at));
            if (!header.matches()) {
                break;
            }
            hunks.add(hunk(header));
        }
        files.add(new FilePatch(original, patched, List.copyOf(hunks), start + 1));
    }

    private Hunk hunk(Matcher header) {
        int start = ++at;
        int oldLeft = count(header.group(2));
        int newLeft = count(header.group(4));
        List<Script.Line> body = new ArrayList<>();
        while (oldLeft > 0 || newLeft > 0) {
            if (at == lines.size()) {
                throw bad(oldLeft + " old and " + newLeft + " new lines more", "the patch's end");
            }
            String line = lines.get(at++);
            Script.Edit edit = edit(line);
            oldLeft -= edit == Script.Edit.ADDED ? 0 : 1;
            newLeft -= edit == Script.Edit.REMOVED ? 0 : 1;
            if (oldLeft < 0 || newLeft < 0) {
                throw bad("as many lines as the hunk's header says", "one more");
            }
            String text = line.isBlank() && !line.startsWith(" ") ? line : line.substring(1);
            boolean cut = at < lines.size() && lines.get(at).startsWith("\\");
            if (cut) {
                at++;
            }
            body.add(new Script.Line(edit, cut ? text.substring(0, text.length() - 1) : text));
        }
        return new Hunk(
                Integer.parseInt(header.group(1)),
                Integer.parseInt(header.group(3)),
                List.copyOf(body),
                start);
    }

    private static int count(@Nullable String group) {
        return group == null ? 1 : Integer.parseInt(group);
    }

    private Script.Edit edit(String line) {
        return switch (line.charAt(0)) {
            case ' ', '\n', '\r' -> Script.Edit.KEPT;
            case '-' -> Script.Edit.REMOVED;
            case '+' -> Script.Edit.ADDED;
            default -> {
                at--;
                throw bad("a line that starts with ' ', '-' or '+'", line.stripTrailing());
            }
        };
    }

    private FormatException bad(String expected, String found) {
        return new FormatException(name, "line " + (at + 1), -1, expected, found);
    }
}
