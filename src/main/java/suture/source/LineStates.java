package suture.source;

import java.util.List;

/**
 * Follows a C source line by line and knows whether a directive may stand in front of the next
 * line.
 *
 * <p>Comments, literals and continued lines: C11 5.1.1.2 and 6.4. Parentheses are counted so that
 * nothing comes between the arguments of a macro; what cannot be counted (parentheses that differ
 * between the branches of {@code #if}) is settled at the next line that begins with a brace.
 */
final class LineStates {
    private boolean comment;
    private boolean continued;
    private char raw;
    private int depth;

    /** Whether a directive may be inserted in front of the next line. */
    boolean open() {
        return !comment && !continued && raw == 0 && depth == 0;
    }

    /** Whether the next line begins a directive, if it looks like one. */
    boolean fresh() {
        return !comment && !continued && raw == 0;
    }

    /** The directive's name, without the sign; empty if the line is none. */
    static String directive(String line) {
        String text = line.strip();
        if (!text.startsWith("#")) {
            return "";
        }
        String rest = text.substring(1).strip();
        int end = 0;
        while (end < rest.length() && Character.isLetter(rest.charAt(end))) {
            end++;
        }
        return rest.substring(0, end);
    }

    /** Goes over one line. */
    void pass(String line) {
        boolean directive = fresh() && !directive(line).isEmpty();
        boolean started = continued;
        if (fresh() && (line.startsWith("{") || line.startsWith("}"))) {
            depth = 0;
        }
        int outside = depth;
        scan(line);
        continued = line.stripTrailing().endsWith("\\");
        if (directive || (inDirective && started)) {
            depth = directive ? outside : depthOutside;
            depthOutside = depth;
            inDirective = continued;
        } else {
            inDirective = false;
        }
        if (!continued) {
            raw = 0;
        }
    }

    private boolean inDirective;
    private int depthOutside;

    private void scan(String line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            char next = i + 1 < line.length() ? line.charAt(i + 1) : 0;
            if (comment) {
                if (c == '*' && next == '/') {
                    comment = false;
                    i++;
                }
            } else if (raw != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == raw) {
                    raw = 0;
                }
            } else if (c == '/' && next == '*') {
                comment = true;
                i++;
            } else if (c == '/' && next == '/') {
                return;
            } else if (c == '"' || c == '\'') {
                raw = c;
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth = Math.max(0, depth - 1);
            }
        }
    }

    /** Goes over several lines. */
    void passAll(List<String> lines) {
        lines.forEach(this::pass);
    }
}
