package suture.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Inserts {@code #line} so that every kept line keeps its {@code __LINE__}. */
public final class Neutraliser {
    private static final Pattern SOURCE =
            Pattern.compile("(?i).*\\.(?:c|h|s|cc|cpp|cxx|hh|hpp|hxx|inc)$");
    private static final Pattern LINE = Pattern.compile("\\s*#\\s*(?:line\\s+)?(\\d+)\\b.*\\s*");
    private static final Set<String> BRANCHES = Set.of("else", "elif", "elifdef", "elifndef");

    /** Shift of a line number that nobody can know: it depends on which branch was compiled. */
    private static final int UNKNOWN = Integer.MIN_VALUE;

    private final Script script;
    private final List<Script.Line> lines = new ArrayList<>();
    private final LineStates states = new LineStates();

    /** The number that the preprocessor gives to the next line of the original file. */
    private int original = 1;

    /** The number of the next line of the patched file minus that of its original twin. */
    private int shift;

    /** Lines that the patched file has had more than the original, directives included. */
    private int surplus;

    private final Deque<Group> groups = new ArrayDeque<>();

    /** A conditional group that is open. */
    private static final class Group {
        final int shift;
        final int surplus;

        /** Of each branch that has ended: the shift at its end if it was compiled. */
        final List<Integer> shifts = new ArrayList<>();

        /** And the surplus there. */
        final List<Integer> surpluses = new ArrayList<>();

        Group(int shift, int surplus) {
            this.shift = shift;
            this.surplus = surplus;
        }
    }

    private Neutraliser(Script script) {
        this.script = script;
    }

    /** Whether the file is one that a C preprocessor reads. */
    public static boolean concerns(String path) {
        return SOURCE.matcher(path).matches();
    }

    /** The same change, line-neutral. */
    public static Script neutralise(Script script) {
        return new Neutraliser(script).run();
    }

    private Script run() {
        for (Script.Line line : script.lines()) {
            switch (line.edit()) {
                case KEPT -> keep(line);
                case REMOVED -> {
                    lines.add(line);
                    original++;
                    move(-1);
                }
                case ADDED -> {
                    lines.add(line);
                    move(1);
                    follow(line.text());
                }
            }
        }
        return new Script(List.copyOf(lines));
    }

    private void move(int by) {
        shift = plus(shift, by);
        surplus += by;
    }

    private static int plus(int shift, int by) {
        return shift == UNKNOWN ? UNKNOWN : shift + by;
    }

    private void keep(Script.Line line) {
        if (shift != 0 && states.open()) {
            lines.add(new Script.Line(Script.Edit.ADDED, "#line " + original + "\n"));
            surplus++;
            shift = 0;
        }
        lines.add(line);
        original++;
        Matcher numbered = LINE.matcher(line.text());
        if (states.fresh() && numbered.matches() && isLineDirective(line.text())) {
            original = number(numbered.group(1));
            shift = 0;
        }
        follow(line.text());
    }

    /** C11 6.10.4 allows numbers up to 2147483647; what a compiler makes of more is its own. */
    private static int number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE / 2;
        }
    }

    private static boolean isLineDirective(String text) {
        String directive = LineStates.directive(text);
        return directive.equals("line") || (directive.isEmpty() && text.strip().startsWith("#"));
    }

    /** What the line does to the state of the preprocessor. */
    private void follow(String text) {
        String directive = states.fresh() ? LineStates.directive(text) : "";
        states.pass(text);
        if (directive.startsWith("if")) {
            groups.push(new Group(shift, surplus));
        } else if (BRANCHES.contains(directive) && !groups.isEmpty()) {
            Group group = groups.element();
            group.shifts.add(shift);
            group.surpluses.add(surplus);
            // This branch is compiled only if those before were skipped, directives and all.
            shift = plus(group.shift, surplus - group.surplus);
        } else if (directive.equals("endif") && !groups.isEmpty()) {
            shift = behind(groups.pop());
        }
    }

    /** The shift behind a group, if it is the same whichever of its branches was compiled. */
    private int behind(Group group) {
        group.shifts.add(shift);
        group.surpluses.add(surplus);
        int skipped = plus(group.shift, surplus - group.surplus);
        for (int i = 0; i < group.shifts.size(); i++) {
            if (plus(group.shifts.get(i), surplus - group.surpluses.get(i)) != skipped) {
                return UNKNOWN;
            }
        }
        return skipped;
    }
}
