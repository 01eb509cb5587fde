package suture.random;

import suture.elf.Tool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A csmith program by its lines.
 *
 * @param lines the whole source
 * @param pointers whether it uses pointers, and so is sound for one run of its code only
 */
record Csmith(List<String> lines, boolean pointers) {
    private static final Pattern SCALAR =
            Pattern.compile("static (?:volatile )?u?int(?:8|16|32|64)_t (g_\\d+) = .*");
    private static final Pattern ONE_LINE = Pattern.compile(" {4,}\\S.*;");
    private static final Pattern NOT_A_STATEMENT =
            Pattern.compile(
                    "\\s+(static|const|volatile|struct|union|float|int|u?int(8|16|32|64)_t|return"
                            + "|goto|break|continue|for|if|else)\\b.*");

    static Csmith generate(Path directory, long seed, boolean pointers) {
        List<String> command = new ArrayList<>(List.of("csmith", "--seed", Long.toString(seed)));
        command.addAll(
                List.of(
                        "--max-funcs",
                        "6",
                        "--max-block-depth",
                        "3",
                        "--max-expr-complexity",
                        "5",
                        "--max-array-dim",
                        "2",
                        "--max-array-len-per-dim",
                        "6",
                        "--no-argc"));
        if (!pointers) {
            command.add("--no-pointers");
        }
        String text = Tool.run(directory, command.toArray(String[]::new));
        return new Csmith(text.lines().toList(), pointers);
    }

    /** The integers of the program that any function may read. */
    List<String> scalars() {
        return lines.stream()
                .map(SCALAR::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .toList();
    }

    /** The index of the first line of the first function. */
    int code() {
        return lines.indexOf("/* --- FUNCTIONS --- */");
    }

    /** Whether a line is in the function that runs first, {@code func_1}. */
    boolean first(int line) {
        int start = code();
        while (!lines.get(start).contains(" func_1(void)")) {
            start++;
        }
        List<String> after = lines.subList(start, lines.size());
        return line > start && line < start + after.indexOf("}");
    }

    int main() {
        return lines.indexOf("int main (void)");
    }

    /** Whether a line is one whole statement that another may stand in front of. */
    boolean statement(int line) {
        if (line <= code() || line >= main()) {
            return false;
        }
        String above = lines.get(line - 1).strip();
        return ONE_LINE.matcher(lines.get(line)).matches()
                && !NOT_A_STATEMENT.matcher(lines.get(line)).matches()
                && !above.startsWith("for (")
                && !above.startsWith("if (")
                && !above.equals("else");
    }
}
