package suture.build;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line of shell into statements and words (POSIX.1-2017, Shell Command Language, 2.2 and
 * 2.3), as far as Kbuild's recipes need it: single and double quotes, backslashes, the separators
 * {@code ; | & ( )} and newline, and {@code >} and {@code <} as words of their own. Nothing is
 * expanded; a statement with an expansion outside of single quotes is marked.
 */
public final class ShellText {
    /**
     * One simple command.
     *
     * @param words its words without quotes
     * @param expands whether the shell would expand something in it
     */
    public record Statement(List<String> words, boolean expands) {
        /** Its first word, the program as a rule. */
        public String first() {
            return words.getFirst();
        }
    }

    private final String text;
    private int at;
    private final List<Statement> statements = new ArrayList<>();
    private List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean expands;

    private ShellText(String text) {
        this.text = text;
    }

    /** The statements of a text. */
    public static List<Statement> statements(String text) {
        ShellText shell = new ShellText(text);
        while (shell.at < text.length()) {
            shell.step();
        }
        shell.endStatement();
        return shell.statements;
    }

    private void step() {
        char c = text.charAt(at++);
        switch (c) {
            case ' ', '\t' -> endWord();
            case ';', '|', '&', '(', ')', '\n' -> endStatement();
            case '>', '<' -> {
                endWord();
                word.append(c);
                inWord = true;
                endWord();
            }
            case '\'' -> {
                int end = end("'");
                append(text.substring(at, end));
                at = end + 1;
            }
            case '"' -> doubleQuoted();
            case '\\' -> {
                if (at < text.length() && text.charAt(at++) != '\n') {
                    append(text.substring(at - 1, at));
                }
            }
            case '$', '`' -> {
                expands = true;
                append(String.valueOf(c));
            }
            default -> append(String.valueOf(c));
        }
    }

    private void doubleQuoted() {
        inWord = true;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length() && "$`\"\\\n".indexOf(text.charAt(at)) >= 0) {
                c = text.charAt(at++);
            } else if (c == '$' || c == '`') {
                expands = true;
            }
            word.append(c);
        }
        at++;
    }

    private int end(String quote) {
        int end = text.indexOf(quote, at);
        return end < 0 ? text.length() : end;
    }

    private void append(String more) {
        word.append(more);
        inWord = true;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void endStatement() {
        endWord();
        if (!words.isEmpty()) {
            statements.add(new Statement(List.copyOf(words), expands));
            words = new ArrayList<>();
        }
        expands = false;
    }
}
