package suture.impact;

import java.util.List;

/** Where a C function ends, from the text alone. */
final class CFunction {
    private final List<String> lines;
    private int depth;
    private boolean opened;
    private boolean comment;

    private CFunction(List<String> lines) {
        this.lines = lines;
    }

    /**
     * The line of the brace that closes the function declared in a line. Conditional directives can
     * make braces uneven; a brace in the first column ends a function in any case. A declaration
     * without a body ends with its semicolon.
     */
    static int end(List<String> lines, int declared) {
        return new CFunction(lines).run(declared);
    }

    private int run(int declared) {
        for (int line = declared; line <= lines.size(); line++) {
            String text = lines.get(line - 1);
            boolean closing = opened && !comment && text.startsWith("}");
            if (scan(text) || closing) {
                return line;
            }
        }
        return declared;
    }

    /** Whether the function ends in this line. */
    private boolean scan(String text) {
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            if (comment) {
                comment = !(c == '*' && next == '/');
            } else if (quote != 0) {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '/' && next == '/') {
                return false;
            } else if (c == '/' && next == '*') {
                comment = true;
                i++;
            } else if (c == '{') {
                opened = true;
                depth++;
            } else if (c == '}' && --depth == 0) {
                return true;
            } else if (c == ';' && !opened) {
                return true;
            }
        }
        return false;
    }
}
