package suture.build.linux;

import suture.build.Unit;
import suture.build.linux.UnitCompiler.Flavour;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** One unit of a kernel, as its real command makes it: its text, and its object. */
public final class UnitSource {
    private final Unit unit;
    private final UnitCompiler compiler;

    /** A unit of a tree. */
    public UnitSource(KernelTree tree, Unit unit) {
        this.unit = unit;
        this.compiler = new UnitCompiler(tree);
    }

    /**
     * Its preprocessed text with line markers.
     *
     * @param headers more headers at its end, as they stand between angle brackets
     * @return {@code text}
     */
    public Path preprocess(List<String> headers, Path text) throws IOException {
        Files.createDirectories(text.toAbsolutePath().getParent());
        compiler.preprocess(unit, headers, text.toAbsolutePath());
        return text;
    }

    /** The names of the macros that its command defines before its first line. */
    public Set<String> macros() {
        return compiler.macros(unit);
    }

    /** Its object as it was for the kernel, without debug information. */
    public Path compile(Path object) throws IOException {
        Files.createDirectories(object.toAbsolutePath().getParent());
        compiler.compile(unit, Flavour.PLAIN, null, object.toAbsolutePath());
        return object;
    }

    /** The same code in sections of their own, with debug information. */
    public Path compileForDebugging(Path object) throws IOException {
        Files.createDirectories(object.toAbsolutePath().getParent());
        compiler.compile(unit, Flavour.SECTIONS, null, object.toAbsolutePath());
        return object;
    }
}
