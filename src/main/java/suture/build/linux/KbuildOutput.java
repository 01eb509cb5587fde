package suture.build.linux;

import suture.build.CompileCommand;
import suture.build.CompileDatabase;
import suture.build.Owner;
import suture.build.ShellText;
import suture.build.ShellText.Statement;
import suture.build.Unit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Learns units from the recipes of a kernel build, be they printed by {@code make -n} or kept in
 * {@code .cmd} files (Linux 6.1 {@code scripts/Makefile.build}):
 *
 * <pre>
 *   rule_cc_o_c     CC ... -c -o X.o X.c ; OBJTOOL ... X.o ; fixdep ...      a unit and its steps
 *   rule_as_o_S     CC ... -c -o X.o X.S ; ...                                           the same
 *   cmd_ar_builtin  printf "DIR/%s " A.o B.o | xargs ar cDPrST DIR/built-in.a    in the main image
 *   cmd_ar          ar cDPrsT DIR/lib.a A.o B.o                                   in the main image
 *   cmd_mod         printf '%s\n' A.o B.o | awk '...' > DIR/M.mod                 in module DIR/M
 * </pre>
 */
final class KbuildOutput {
    /** An archive of the kernel's boot stub, which is not part of the main image. */
    private static final String STUB = "/libstub/";

    private static final Set<String> STEPS = Set.of("objtool", "recordmcount", "recordmcount.pl");

    private final Path source;
    private final Path build;
    private final Map<String, Found> found = new TreeMap<>();
    private final Set<String> builtIn = new HashSet<>();
    private final Map<String, TreeSet<String>> modules = new HashMap<>();

    private record Found(String source, String input, CompileCommand command) {}

    /**
     * @param source the source directory
     * @param build the directory the recipes run in
     */
    KbuildOutput(Path source, Path build) {
        this.source = source;
        this.build = build;
    }

    /** Reads one recipe. */
    void accept(String recipe) {
        boolean compiles = recipe.contains(" -c -o ");
        boolean archives = recipe.contains("built-in.a") || recipe.contains("lib.a");
        if (!compiles && !archives && !recipe.contains(".mod")) {
            return;
        }
        List<Statement> statements = ShellText.statements(recipe);
        for (int i = 0; i < statements.size(); i++) {
            Statement statement = statements.get(i);
            if (statement.words().contains("-c") && compile(statements, i)) {
                return;
            }
            if (statement.first().equals("printf") && i + 1 < statements.size()) {
                listed(statement.words(), statements.get(i + 1).words());
            } else if (isArchiver(statement.first())) {
                archive(statement.words());
            }
        }
    }

    /** Everything learnt. */
    CompileDatabase database() {
        List<Unit> units = new ArrayList<>(found.size());
        found.forEach((object, unit) ->
                units.add(
                        new Unit(
                                object,
                                unit.source(),
                                unit.input(),
                                owners(object),
                                unit.command())));
        return new CompileDatabase(units);
    }

    private List<Owner> owners(String object) {
        if (modules.containsKey(object)) {
            return modules.get(object).stream().<Owner>map(Owner.Module::new).toList();
        }
        return List.of(builtIn.contains(object) ? new Owner.Vmlinux() : new Owner.Elsewhere());
    }

    private boolean compile(List<Statement> statements, int at) {
        List<String> words = statements.get(at).words();
        int output = words.indexOf("-o");
        String input = words.getLast();
        if (output < 0 || !words.get(output + 1).endsWith(".o") || !input.matches(".*\\.[cS]")) {
            return false;
        }
        String object = normal(words.get(output + 1));
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < words.size() - 1; i++) {
            String word = words.get(i);
            if (i == output) {
                i++;
            } else if (!word.equals("-c") && !word.matches("-Wp,-MM?D,.*")) {
                arguments.add(word.intern());
            }
        }
        List<List<String>> steps = steps(statements.subList(at + 1, statements.size()), object);
        if (statements.get(at).expands()) {
            steps.addFirst(List.of("a command that the shell expands"));
        }
        found.put(
                object, new Found(sourceName(input), input, new CompileCommand(arguments, steps)));
        return true;
    }

    private static List<List<String>> steps(List<Statement> after, String object) {
        List<List<String>> steps = new ArrayList<>();
        for (Statement statement : after) {
            String program = statement.first().substring(statement.first().lastIndexOf('/') + 1);
            if (program.equals("fixdep")) {
                break;
            }
            steps.add(
                    statement.words().stream()
                            .map(w -> normal(w).equals(object) ? CompileCommand.OBJECT : w.intern())
                            .toList());
        }
        return steps;
    }

    /** Whether a step is one that Suture knows how to repeat. */
    static boolean isKnown(List<String> step) {
        String program = step.getFirst().substring(step.getFirst().lastIndexOf('/') + 1);
        return STEPS.contains(program) && step.contains(CompileCommand.OBJECT);
    }

    private void listed(List<String> printf, List<String> next) {
        if (printf.size() < 2) {
            return;
        }
        List<String> names = printf.subList(2, printf.size());
        if (next.getFirst().equals("xargs") && next.size() > 3 && isArchiver(next.get(1))) {
            String directory = printf.get(1).replace("%s", "").strip();
            members(next.getLast(), names.stream().map(name -> directory + name).toList());
        } else if (next.getFirst().equals("awk") && next.getLast().endsWith(".mod")) {
            String file = normal(next.getLast());
            String module = file.substring(0, file.length() - ".mod".length());
            String directory = file.substring(0, file.lastIndexOf('/') + 1);
            for (String name : names) {
                modules.computeIfAbsent(normal(directory + name), n -> new TreeSet<>()).add(module);
            }
        }
    }

    private void archive(List<String> words) {
        if (words.size() > 2) {
            members(words.get(2), words.subList(3, words.size()));
        }
    }

    private void members(String archive, List<String> objects) {
        if (!archive.contains(STUB)) {
            objects.stream().map(KbuildOutput::normal).forEach(builtIn::add);
        }
    }

    private static boolean isArchiver(String program) {
        return program.equals("ar") || program.endsWith("-ar") || program.endsWith("/ar");
    }

    private String sourceName(String input) {
        Path path = build.resolve(input).normalize();
        boolean generated = !source.equals(build) && path.startsWith(build);
        return path.startsWith(source) && !generated
                ? source.relativize(path).toString()
                : normal(input);
    }

    private static String normal(String path) {
        return path.startsWith("./") ? path.substring(2) : path;
    }
}
