package suture.build.xen;

import org.jspecify.annotations.Nullable;

import suture.build.Compilation;
import suture.build.CompileCommand;
import suture.build.DependencyFile;
import suture.build.SourceView;
import suture.build.Unit;
import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compiles single units of a hypervisor, or of a view of it, into objects anywhere. */
final class XenCompiler {
    /** How a unit is compiled. */
    enum Flavour {
        /** As the build did. */
        PLAIN,
        /** With a section for each function and datum, and line numbers. */
        SECTIONS
    }

    private final XenTree tree;
    private final @Nullable Path headers;

    XenCompiler(XenTree tree) {
        this(tree, null);
    }

    /**
     * @param headers a directory with headers for patches; null for none
     */
    XenCompiler(XenTree tree, @Nullable Path headers) {
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
        Files.createDirectories(object.getParent());
        Path read = Path.of(object + ".d");
        List<String> command = new ArrayList<>(arguments(unit, view));
        if (flavour == Flavour.SECTIONS) {
            command.addAll(List.of("-g", "-ffunction-sections", "-fdata-sections"));
            hide(command, tree.source());
            if (view != null) {
                hide(command, view.root());
            }
        }
        if (headers != null) {
            command.add("-I" + headers);
        }
        command.addAll(List.of("-MD", "-MF", read.toString(), "-c", "-o", object.toString()));
        command.add(input(unit, view));
        String doing = "compiling " + (view == null ? "" : "the patched ") + unit.source();
        Compilation.check(
                doing, Command.of(command).in(directory(view)), view == null ? null : view.root());
        for (List<String> step : unit.command().steps()) {
            Runner.check(
                    doing,
                    Command.of(
                            step.stream()
                                    .map(w ->
                                            w.equals(CompileCommand.OBJECT) ? object.toString() : w)
                                    .toList()));
        }
        Set<Path> files = DependencyFile.read(read, directory(view));
        Files.delete(read);
        return files;
    }

    /** What is made of a source that no object is made of: assembler text, or preprocessed text. */
    String text(String target, String source, @Nullable SourceView view) throws IOException {
        String directory = String.valueOf(Path.of(source).getParent());
        Unit flags = tree.commands().like(directory);
        if (flags == null) {
            throw new FormatException(
                    tree.build().toString(), "", -1, "a compiled unit in " + directory, "none");
        }
        List<String> command = new ArrayList<>(arguments(flags, view));
        command.addAll(target.endsWith(".s") ? List.of("-g0", "-S") : List.of("-E", "-P"));
        if (source.endsWith(".S")) {
            command.add("-D__ASSEMBLY__");
        }
        command.addAll(List.of("-o", "-", source));
        return Runner.check("compiling " + source, Command.of(command).in(directory(view)))
                .output();
    }

    private List<String> arguments(Unit unit, @Nullable SourceView view) {
        return unit.command().arguments().stream()
                .map(word -> view == null ? word : rewrite(word, view))
                .toList();
    }

    private String rewrite(String word, SourceView view) {
        if (tree.source().equals(tree.build())) {
            return word; // relative names, and the map of the whole tree's name in __FILE__
        }
        return view.rewrite(word);
    }

    /** Debug information names files relative to the tree. The last map that fits counts. */
    private static void hide(List<String> words, Path directory) {
        words.add("-fdebug-prefix-map=" + directory + "=.");
    }

    private String input(Unit unit, @Nullable SourceView view) {
        boolean inTree = tree.source().equals(tree.build());
        return view == null || inTree
                ? unit.input()
                : view.root().resolve(unit.source()).toString();
    }

    private Path directory(@Nullable SourceView view) {
        boolean inTree = tree.source().equals(tree.build());
        return inTree && view != null ? view.root() : tree.build();
    }
}
