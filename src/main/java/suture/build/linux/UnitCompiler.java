package suture.build.linux;

import org.jspecify.annotations.Nullable;

import suture.build.CompileCommand;
import suture.build.Unit;
import suture.exec.Command;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

    private final KernelTree tree;

    UnitCompiler(KernelTree tree) {
        this.tree = tree;
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
        command.add(source(unit.source(), view));
        String doing =
                "compiling " + (view == null ? "" : "the patched ") + unit.source();
        Runner.check(doing, Command.of(command).in(directory(view)));
        for (List<String> step : unit.command().steps()) {
            Runner.check(doing, Command.of(step(step, object)).in(tree.build()));
        }
        Set<Path> files = DependencyFile.read(read, directory(view));
        Files.delete(read);
        return files;
    }

    /** The files that a unit reads, without compiling it. */
    Set<Path> reads(Unit unit, @Nullable SourceView view) {
        List<String> command = new ArrayList<>(arguments(unit, Flavour.PLAIN, view));
        command.addAll(List.of("-M", source(unit.source(), view)));
        String rule =
                Runner.check(
                                "looking for what " + unit.source() + " includes",
                                Command.of(command).in(directory(view)))
                        .output();
        return DependencyFile.parse(rule, directory(view));
    }

    /** The assembler text of a source that is compiled with the flags of a unit. */
    String assembly(Unit flags, String source, @Nullable SourceView view) {
        List<String> command = new ArrayList<>(arguments(flags, Flavour.PLAIN, view));
        command.add("-I" + Path.of(source(source, view)).getParent());
        command.addAll(List.of("-S", "-o", "-", source(source, view)));
        return Runner.check("compiling " + source, Command.of(command).in(directory(view)))
                .output();
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
        switch (flavour) {
            case PLAIN -> words.add("-g0");
            case SECTIONS -> {
                words.addAll(List.of("-ffunction-sections", "-fdata-sections"));
                words.add("-fdebug-prefix-map=" + tree.build() + "=.");
                words.add("-fdebug-prefix-map=" + tree.source() + "/=");
                if (view != null) {
                    words.add("-fdebug-prefix-map=" + view.root() + "/=");
                    words.add("-fdebug-prefix-map=" + view.root() + "=.");
                }
            }
        }
        return words;
    }

    private String rewrite(String word, SourceView view) {
        if (inTree()) {
            return view.rewrite(word);
        }
        String relative = tree.build().relativize(tree.source()).toString();
        String above = relative.startsWith("..") ? word.replaceFirst(
                "^(-I|-include|-fmacro-prefix-map=|)\\Q" + relative + "\\E(?=/|$)",
                "$1" + view.root()) : word;
        return view.rewrite(above);
    }

    private String source(String name, @Nullable SourceView view) {
        Path root = view == null ? tree.source() : view.root();
        if (inTree() || !Files.exists(root.resolve(name))) {
            return name;
        }
        return root.resolve(name).toString();
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
