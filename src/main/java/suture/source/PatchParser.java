package suture.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.source.FilePatch.Fate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    private static final Pattern SPECIAL =
            Pattern.compile(
                    "(?:new file mode|deleted file mode|new mode|old mode|index \\S+)"
                            + " (?!100)\\d+\\s*");
    private static final String NOTHING = "/dev/null";

    private static final Pattern OCTAL = Pattern.compile("[0-3][0-7]{2}");
    private static final String ESCAPES = "abtnvfr\"\\";
    private static final String ESCAPED = "\u0007\b\t\n\u000b\f\r\"\\";
    private static final List<String> EXTENDED =
            List.of(
                    "old mode ",
                    "new mode ",
                    "deleted file mode ",
                    "new file mode ",
                    "similarity ",
                    "dissimilarity ",
                    "rename from ",
                    "rename to ",
                    "copy from ",
                    "copy to ",
                    "index ");

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
                String original = path("--- ");
                String patched = path("+++ ");
                demandHunk();
                add(original, patched, Fate.UNSAID, start);
            } else if (binary(line)) {
                throw bad("text", "a binary file");
            } else if (HUNK.matcher(line).matches()) {
                throw bad("'--- file' and '+++ file' in front of a hunk", "the hunk alone");
            } else if (line.startsWith("@@") || line.startsWith("***************")) {
                throw bad("'@@ -line,count +line,count @@'", line.strip());
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

    /**
     * What git says about a file in front of its hunks.
     *
     * @param from the path that {@code rename from} or {@code copy from} gives
     * @param to the path that {@code rename to} or {@code copy to} gives
     * @param said the first words of the lines
     */
    private record Header(@Nullable String from, @Nullable String to, Fate fate, Set<String> said) {
        boolean born() {
            return said.contains("new ") && !said.contains("old ");
        }

        boolean dead() {
            return said.contains("deleted ");
        }

        /** A path alone, or a move of what was not there. */
        boolean contradicts() {
            return from == null ? to != null : to == null || born() || dead();
        }
    }

    private Header header() {
        String from = null;
        String to = null;
        Fate fate = Fate.UNSAID;
        Set<String> said = new HashSet<>();
        for (; at < lines.size() && isExtended(lines.get(at)); at++) {
            String line = lines.get(at);
            if (SPECIAL.matcher(line).matches()) {
                throw bad("a regular file (mode 100...)", line.strip());
            }
            if (line.startsWith("rename from ") || line.startsWith("copy from ")) {
                fate = line.startsWith("copy") ? Fate.COPIED : Fate.MOVED;
                from = "a/" + name(line.substring(line.indexOf("from ") + 5));
            } else if (line.startsWith("rename to ") || line.startsWith("copy to ")) {
                to = "b/" + name(line.substring(line.indexOf("to ") + 3));
            }
            said.add(line.substring(0, line.indexOf(' ') + 1));
        }
        return new Header(from, to, fate, said);
    }

    /** A file's extended header, and its hunks. */
    private void git() {
        int start = at++;
        Header header = header();
        String line = at < lines.size() ? lines.get(at) : "the patch's end";
        if (header.contradicts()) {
            throw bad("one fate of a file, with 'from' and 'to'", line.strip());
        }
        String from = header.from;
        String to = header.to;
        if (line.startsWith("--- ") && next().startsWith("+++ ")) {
            from = path("--- ");
            to = path("+++ ");
            demandHunk();
            if (header.born() ? from != null : header.dead() && to != null) {
                throw bad(NOTHING + " for a file that is not there", line.strip());
            }
        } else if (header.born()) {
            to = both(start); // without content there are no hunks
        } else if (header.dead()) {
            from = both(start);
        } else if (from == null && !header.said.contains("old ")) {
            throw binary(line) ? bad("text", "a binary file") : bad("what changes", line.strip());
        }
        if (from != null || to != null) {
            add(from, to, header.fate, start);
        }
    }

    private static boolean binary(String line) {
        return line.startsWith("GIT binary patch") || line.startsWith("Binary files ");
    }

    private static boolean isExtended(String line) {
        return EXTENDED.stream().anyMatch(line::startsWith);
    }

    /** The path in {@code diff --git a/path b/path} where both are the same. */
    private String both(int start) {
        String names = lines.get(start).substring("diff --git ".length()).strip();
        String first = names.substring(0, names.length() / 2);
        String second = names.substring((names.length() + 1) / 2);
        if (names.startsWith("\"")) {
            first = name(first);
            second = name(second);
        }
        int slash = first.indexOf('/') + 1;
        if (first.isEmpty()
                || slash == 0
                || !first.substring(slash).equals(second.substring(second.indexOf('/') + 1))) {
            at = start;
            throw bad("the same path twice, as of a file without content", names);
        }
        return first;
    }

    private void demandHunk() {
        if (at == lines.size() || !HUNK.matcher(lines.get(at)).matches()) {
            String found = at == lines.size() ? "the patch's end" : lines.get(at).stripTrailing();
            throw bad("'@@ -line,count +line,count @@'", found);
        }
    }

    /** The path of a file's header line, which is passed. */
    private @Nullable String path(String prefix) {
        String path = lines.get(at).substring(prefix.length());
        int time = path.indexOf('\t');
        path = name(time < 0 ? path : path.substring(0, time));
        at++;
        return path.equals(NOTHING) ? null : path;
    }

    /** A path as it is written in the patch, without its quotes; its bytes are UTF-8. */
    private String name(String written) {
        String path = unquoted(written.stripTrailing());
        try {
            path = UTF_8.newDecoder().decode(ByteBuffer.wrap(path.getBytes(ISO_8859_1))).toString();
        } catch (CharacterCodingException e) {
            throw bad("a path in UTF-8", path);
        }
        if (path.isEmpty() || path.chars().anyMatch(Character::isISOControl)) {
            throw bad("a path", '"' + written.strip() + '"');
        }
        return path;
    }

    /** Undoes the quoting of git-config(1), core.quotePath: a C string in double quotes. */
    private String unquoted(String path) {
        if (!path.startsWith("\"")) {
            return path;
        }
        if (path.length() < 2 || !path.endsWith("\"")) {
            throw bad("a quoted path", path);
        }
        StringBuilder bytes = new StringBuilder();
        for (int i = 1; i < path.length() - 1; i++) {
            char c = path.charAt(i);
            if (c != '\\') {
                bytes.append(c);
                continue;
            }
            String rest = path.substring(i + 1, path.length() - 1);
            if (OCTAL.matcher(rest).lookingAt()) {
                bytes.append((char) Integer.parseInt(rest.substring(0, 3), 8));
                i += 3;
            } else {
                int known = rest.isEmpty() ? -1 : ESCAPES.indexOf(rest.charAt(0));
                if (known < 0) {
                    throw bad("a quoted path", path);
                }
                bytes.append(ESCAPED.charAt(known));
                i++;
            }
        }
        return bytes.toString();
    }

    private void add(@Nullable String original, @Nullable String patched, Fate fate, int start) {
        List<Hunk> hunks = new ArrayList<>();
        while (at < lines.size()) {
            Matcher header = HUNK.matcher(lines.get(at));
            if (!header.matches()) {
                break;
            }
            hunks.add(hunk(header));
        }
        if (!hunks.isEmpty() && at < lines.size() && overlong(lines.get(at))) {
            throw bad("as many lines as the hunk's header says", "one more");
        }
        files.add(new FilePatch(original, patched, fate, List.copyOf(hunks), start + 1));
    }

    /** Whether a line behind a hunk looks as if it belonged to it. */
    private boolean overlong(String line) {
        return switch (line.charAt(0)) {
            case '+' -> true;
            case '-' -> !line.strip().equals("--") && !next().startsWith("+++ ");
            case ' ' -> !line.isBlank();
            default -> false;
        };
    }

    private Hunk hunk(Matcher header) {
        int oldLeft = number(header.group(2));
        int newLeft = number(header.group(4));
        int oldStart = number(header.group(1));
        int newStart = number(header.group(3));
        int start = ++at;
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
            if (cut && text.length() < 2) {
                throw bad("a line", "an empty one without a line feed");
            }
            at += cut ? 1 : 0;
            body.add(new Script.Line(edit, cut ? text.substring(0, text.length() - 1) : text));
        }
        return new Hunk(oldStart, newStart, List.copyOf(body), start);
    }

    private int number(@Nullable String digits) {
        if (digits == null) {
            return 1;
        }
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw bad("a number of lines", digits);
        }
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
