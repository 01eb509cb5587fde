package suture.build.slice;

import suture.exec.Command;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A translation unit that slices can be taken of. */
public final class SlicedUnit {
    /** What of a compile command decides how the text is understood. */
    private static final List<String> KEPT =
            List.of("-std=", "-fshort-wchar", "-funsigned-char", "-fsigned-char", "-fno-builtin");

    private final UnitText text;
    private final List<Declaration> declarations;

    private SlicedUnit(UnitText text, List<Declaration> declarations) {
        this.text = text;
        this.declarations = declarations;
    }

    /**
     * Lets clang parse a preprocessed text.
     *
     * @param clang the program
     * @param target the machine, as clang names it
     * @param options the options of the unit's own command; those that matter are taken
     * @throws suture.exec.ToolFailure if clang finds an error in the text
     */
    public static SlicedUnit parse(
            String clang, String target, List<String> options, Path preprocessed)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(clang, "-x", "c", "--target=" + target));
        command.addAll(List.of("-w", "-fsyntax-only", "-Xclang", "-ast-dump=json"));
        options.stream().filter(o -> KEPT.stream().anyMatch(o::startsWith)).forEach(command::add);
        command.add(preprocessed.toString());
        String file = preprocessed.toString();
        List<Declaration> all =
                Runner.read(
                        "parsing " + preprocessed.getFileName(),
                        Command.of(command),
                        tree -> SyntaxReader.read(file, tree));
        return new SlicedUnit(UnitText.read(preprocessed), all);
    }

    /** The functions that the unit defines, those of its headers included. */
    public Set<String> functions() {
        return new Slicer(text, declarations, (_, _, _) -> false).functions();
    }

    /**
     * What some functions need.
     *
     * @param functions names of functions that the unit defines
     * @param structures tags whose definition is wanted too
     * @param used functions and variables that are wanted too
     * @param given says which functions and variables somebody else defines
     */
    public Slice slice(
            Collection<String> functions,
            List<String> structures,
            List<String> used,
            Slicer.Given given) {
        return new Slicer(text, declarations, given).slice(functions, structures, used);
    }
}
