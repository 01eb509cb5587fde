package suture.random;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the pieces of a program and its patch out of a csmith program and a seed. */
final class Mutator {
    private static final Pattern CONSTANT =
            Pattern.compile("\\b(0x[0-9A-F]{1,7}|[1-9]\\d{0,8})(L|UL|LL|ULL)\\b");
    private static final Pattern INITIALISED =
            Pattern.compile("(\\s+u?int(?:8|16|32|64)_t\\s+l_\\d+ = )(0x[0-9A-F]{1,7}L)(;)");
    private static final Pattern ARITHMETIC = Pattern.compile("safe_(add|sub|mul)_func_");
    private static final Pattern LOGIC = Pattern.compile(" ([&|^]) ");

    private static final List<Snippet> SNIPPETS = List.of(Snippet.values());

    private final Csmith program;
    private final Random random;
    private final List<String> scalars;
    private final List<Piece> pieces = new ArrayList<>();
    private int changes;

    private Mutator(Csmith program, long seed) {
        this.program = program;
        this.random = new Random(seed);
        this.scalars = program.scalars();
    }

    static List<Piece> mutate(Csmith program, long seed) {
        Mutator mutator = new Mutator(program, seed);
        mutator.changes = 1 + mutator.random.nextInt(3);
        mutator.emit();
        return List.copyOf(mutator.pieces);
    }

    private void emit() {
        List<Integer> statements = new ArrayList<>();
        for (int i = 0; i < program.lines().size(); i++) {
            if (program.statement(i)) {
                statements.add(i);
            }
        }
        // Much of what csmith writes is never called; what runs first is.
        List<Integer> first = statements.stream().filter(program::first).toList();
        Set<Integer> sites = pick(statements, 6);
        sites.addAll(pick(first, 3));
        Set<Integer> rewritten = pick(statements, random.nextInt(3));
        int function = program.code();
        for (int i = 0; i < program.lines().size(); i++) {
            String line = program.lines().get(i);
            if (sites.contains(i)) {
                Snippet snippet = SNIPPETS.get(random.nextInt(SNIPPETS.size()));
                boolean change = changes > 0 && (program.first(i) || random.nextInt(4) == 0);
                changes -= change ? 1 : 0;
                pieces.addAll(snippet.pieces(random, read(), i, change));
            }
            if (i == function) {
                Harness.declarations(random, pieces);
            }
            if (i == program.main()) {
                text(Harness.ROUND);
            }
            if (i > program.main()) {
                text(Harness.main(line, program.pointers()));
            } else if (rewritten.contains(i)) {
                rewrite(line);
            } else if (!initialiser(line)) {
                text(Harness.outOfLine(line));
            }
        }
    }

    private Set<Integer> pick(List<Integer> from, int count) {
        Set<Integer> picked = new HashSet<>();
        for (int i = 0; i < count && !from.isEmpty(); i++) {
            picked.add(from.get(random.nextInt(from.size())));
        }
        return picked;
    }

    private void text(String line) {
        pieces.add(Piece.text(line + "\n"));
    }

    private String read() {
        return scalars.isEmpty()
                ? "7u"
                : "(uint32_t)" + scalars.get(random.nextInt(scalars.size()));
    }

    /** A declaration with a constant, sometimes with another one in the patched source. */
    private boolean initialiser(String line) {
        Matcher matcher = INITIALISED.matcher(line);
        if (!matcher.matches() || random.nextInt(12) != 0) {
            return false;
        }
        pieces.add(Piece.text(matcher.group(1)));
        pieces.add(
                new Piece(Piece.Kind.EXPRESSION, matcher.group(2), random.nextInt(10_000) + "L"));
        text(matcher.group(3));
        return true;
    }

    private void rewrite(String line) {
        String after =
                switch (random.nextInt(4)) {
                    case 0 -> replaceOne(CONSTANT, line);
                    case 1 -> replaceOne(ARITHMETIC, line);
                    case 2 -> replaceOne(LOGIC, line);
                    default -> ";";
                };
        pieces.add(new Piece(Piece.Kind.STATEMENT, line, after));
        text("");
    }

    private String replaceOne(Pattern pattern, String line) {
        List<Matcher> found = new ArrayList<>();
        Matcher all = pattern.matcher(line);
        while (all.find()) {
            Matcher one = pattern.matcher(line);
            one.find(all.start());
            found.add(one);
        }
        if (found.isEmpty()) {
            return line + " suture_sum[0] += 1u;";
        }
        Matcher one = found.get(random.nextInt(found.size()));
        return line.substring(0, one.start()) + another(one) + line.substring(one.end());
    }

    private String another(Matcher found) {
        if (found.pattern().equals(CONSTANT)) {
            return random.nextInt(1 << 20) + found.group(2);
        }
        List<String> choices =
                found.pattern().equals(ARITHMETIC)
                        ? List.of("add", "sub", "mul")
                        : List.of("&", "|", "^");
        String other = choices.get(random.nextInt(choices.size()));
        return found.group().replace(found.group(1), other);
    }
}
