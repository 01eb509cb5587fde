package suture.build.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import suture.build.Compilation;
import suture.build.CompileCommand;
import suture.build.DependencyFile;
import suture.build.SourceView;
import suture.build.Unit;
import suture.exec.Command;
import suture.exec.Result;
import suture.exec.Runner;
import suture.exec.ToolFailure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles single units of a tree, or of a view of it, into objects wherever they are wanted. */
final class UnitCompiler {
    /** How a unit is compiled. */
    enum Flavour {
        /**
         * As Kbuild does, but for debug information: code and data do not depend on it ({@code gcc}
         * is tested for that with {@code -fcompare-debug}), and nobody needs it here.
         */
        PLAIN,
        /** With a section for each function and datum. */
        SECTIONS
    }

    private static final Pattern MACRO = Pattern.compile("(?m)^#define (\\w+)");

    private final KernelTree tree;
    private final @Nullable Path headers;

    /** Units whose includes were made, one in a round. */
    private final Set<Unit> made = new HashSet<>();

    UnitCompiler(KernelTree tree) {
        this(tree, null);
    }

    /**
     * @param headers a directory with headers for patches; null for none
     */
    UnitCompiler(KernelTree tree, @Nullable Path headers) {
        this.tree = tree;
        this.headers = headers;
    }

    /**
     * Compiles a unit.
     *
     * @param view the sources to take; null for the tree itself
     * @return the files the compiler says it read
     */
    Set<Path> compile(Unit unit, Flavour flavour, @Nullable SourceView view, Path object)
            throws IOException {
        Path read = Path.of(object + ".d");
        List<String> command = new ArrayList<>(arguments(unit, flavour, view));
        command.addAll(List.of("-Wp,-MD," + read, "-c", "-o", object.toString()));
        command.add(input(unit, view));
        String doing = "compiling " + (view == null ? "" : "the patched ") + unit.source();
        check(unit, doing, Command.of(command).in(directory(view)), view);
        for (List<String> step : unit.command().steps()) {
            Runner.check(doing, Command.of(step(step, object)).in(tree.build()));
        }
        Set<Path> files = DependencyFile.read(read, directory(view));
        Files.delete(read);
        return files;
    }

    /**
     * Runs the compiler, and again after making what the original unit includes if that is why it
     * failed, or if it may have been: other threads make the same headers for other units.
     */
    private Result check(Unit unit, String doing, Command command, @Nullable SourceView view) {
        while (true) {
            int before = rounds();
            try {
                return Compilation.check(doing, command, view == null ? null : view.root());
            } catch (ToolFailure failure) {
                if (!provided(unit, before)) {
                    throw failure;
                }
            }
        }
    }

    private int rounds() {
        synchronized (made) {
            return made.size();
        }
    }

    /** Whether headers were made since there were so many rounds, or are now. */
    private boolean provided(Unit unit, int before) {
        synchronized (made) {
            if (made.size() == before) {
                return !made.contains(unit)
                        && !findsAll(unit)
                        && tree.prerequisites().make(unit)
                        && made.add(unit);
            }
            return true;
        }
    }

    /** Whether everything that the original unit includes is there. */
    private boolean findsAll(Unit unit) {
        List<String> command = new ArrayList<>(arguments(unit, Flavour.PLAIN, null));
        command.addAll(List.of("-M", unit.input()));
        return Runner.run(Command.of(command).in(directory(null))).succeeded();
    }

    /** The files that a unit reads, without compiling it; those of the tree are kept. */
    Set<Path> reads(Unit unit, @Nullable SourceView view) throws IOException {
        Path store = view == null ? tree.objects() : null;
        if (store == null) {
            return DependencyFile.parse(rule(unit, view), directory(view));
        }
        Path kept = store.resolve(ObjectKey.of(tree, identity(unit, Flavour.PLAIN)) + ".d");
        if (!Files.exists(kept)) {
            Files.createDirectories(store);
            ObjectKey.keep(rule(unit, null).getBytes(UTF_8), kept);
        }
        return DependencyFile.parse(Files.readString(kept), directory(null));
    }

    /** What a makefile says of a unit: its object depends on these files. */
    private String rule(Unit unit, @Nullable SourceView view) {
        List<String> command = new ArrayList<>(arguments(unit, Flavour.PLAIN, view));
        command.addAll(List.of("-M", input(unit, view)));
        String doing = "looking for what " + unit.source() + " includes";
        return check(unit, doing, Command.of(command).in(directory(view)), view).output();
    }

    /** The assembler text of a source that is compiled with the flags of a unit. */
    String assembly(Unit flags, String source, @Nullable SourceView view) {
        List<String> command = new ArrayList<>(arguments(flags, Flavour.PLAIN, view));
        String root = flags.input().substring(0, flags.input().length() - flags.source().length());
        String input = view == null || inTree() ? root + source : view.root() + "/" + source;
        command.add("-I" + Path.of(input).getParent());
        command.addAll(List.of("-S", "-o", "-", input));
        return Runner.check("compiling " + source, Command.of(command).in(directory(view)))
                .output();
    }

    /**
     * The preprocessed text of a unit, followed by what its flags make of more headers.
     *
     * @param headers names as they stand between angle brackets
     */
    void preprocess(Unit unit, List<String> headers, Path text) throws IOException {
        Path whole = Path.of(text + ".c");
        StringBuilder source = new StringBuilder();
        source.append("#include \"").append(tree.build().resolve(unit.input())).append("\"\n");
        headers.forEach(h -> source.append("#include <").append(h).append(">\n"));
        Files.writeString(whole, source);
        List<String> command = new ArrayList<>(arguments(unit, Flavour.PLAIN, null));
        command.addAll(List.of("-E", "-o", text.toString(), whole.toString()));
        String doing = "preprocessing " + unit.source();
        check(unit, doing, Command.of(command).in(tree.build()), null);
    }

    /** The names of the macros that are defined before a unit's first line. */
    Set<String> macros(Unit unit) {
        List<String> command = new ArrayList<>(arguments(unit, Flavour.PLAIN, null));
        command.addAll(List.of("-dM", "-E", "-x", "c", "/dev/null"));
        String said =
                Runner.check(
                                "asking for the macros of " + unit.source(),
                                Command.of(command).in(tree.build()))
                        .output();
        Set<String> names = new TreeSet<>();
        Matcher macro = MACRO.matcher(said);
        while (macro.find()) {
            names.add(macro.group(1));
        }
        return names;
    }

    /** The words that decide what comes out: compiler, options, steps. */
    List<String> identity(Unit unit, Flavour flavour) {
        List<String> words = new ArrayList<>(arguments(unit, flavour, null));
        words.add(unit.source());
        unit.command().steps().forEach(words::addAll);
        return words;
    }

    private List<String> arguments(Unit unit, Flavour flavour, @Nullable SourceView view) {
        List<String> words = new ArrayList<>();
        for (String word : unit.command().arguments()) {
            words.add(view == null ? word : rewrite(word, view));
        }
        if (view != null && headers != null) {
            words.addAll(List.of("-idirafter", headers.toString()));
        }
        switch (flavour) {
            case PLAIN -> words.add("-g0");
            case SECTIONS -> {
                words.addAll(List.of("-ffunction-sections", "-fdata-sections"));
                hidePaths(words, tree.build());
                hidePaths(words, tree.source());
                words.add("-fdebug-prefix-map=" + above() + "/=");
                if (view != null) {
                    hidePaths(words, view.root());
                }
            }
        }
        return words;
    }

    /** Debug information names files relative to the tree. The last map that fits counts. */
    private static void hidePaths(List<String> words, Path root) {
        words.add("-fdebug-prefix-map=" + root + "=.");
        words.add("-fdebug-prefix-map=" + root + "/=");
    }

    private String rewrite(String word, SourceView view) {
        if (inTree()) {
            return view.rewrite(word);
        }
        if (!above().startsWith("..")) {
            return view.rewrite(word);
        }
        String named = "^(-I|-fmacro-prefix-map=|)" + Pattern.quote(above()) + "(?=/|$)";
        return view.rewrite(
                word.replaceFirst(named, "$1" + Matcher.quoteReplacement(view.root().toString())));
    }

    /** The source directory as a name relative to the build directory. */
    private String above() {
        return inTree() ? "." : tree.build().relativize(tree.source()).toString();
    }

    private String input(Unit unit, @Nullable SourceView view) {
        if (view == null || inTree() || !Files.exists(view.root().resolve(unit.source()))) {
            return unit.input();
        }
        return view.root().resolve(unit.source()).toString();
    }

    private boolean inTree() {
        return tree.source().equals(tree.build());
    }

    private Path directory(@Nullable SourceView view) {
        return inTree() && view != null ? view.root() : tree.build();
    }

    static List<String> step(List<String> step, Path object) {
        return step.stream()
                .map(word -> word.equals(CompileCommand.OBJECT) ? object.toString() : word)
                .toList();
    }
}
