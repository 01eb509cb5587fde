package suture.build.linux;

import suture.build.CompileDatabase;
import suture.build.Owner;
import suture.build.Unit;
import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A kernel that somebody built here. Kbuild left a {@code .cmd} file beside each thing it made
 * (Linux 6.1 {@code scripts/Kbuild.include}, {@code scripts/basic/fixdep.c}):
 *
 * <pre>
 *   cmd_fs/namei.o := gcc ... ; objtool ...        savedcmd_ in later versions
 *   source_fs/namei.o := ../fs/namei.c
 *   deps_fs/namei.o := \
 *     ../include/linux/compiler-version.h \
 *       $(wildcard include/config/CC_VERSION_TEXT) \
 * </pre>
 */
public final class BuiltTree implements Dependents {
    private static final String SUFFIX = ".cmd";

    private final Path source;
    private final Path build;
    private final List<Path> files = new ArrayList<>();
    private final CompileDatabase units;

    private BuiltTree(Path source, Path build) throws IOException {
        this.source = source;
        this.build = build;
        Files.walkFileTree(build, new Collector());
        files.sort(Comparator.naturalOrder());
        KbuildOutput output = new KbuildOutput(source, build);
        for (Path file : files) {
            output.accept(command(Files.readString(file)));
        }
        this.units = output.database();
    }

    /**
     * Opens a built kernel.
     *
     * @param source where its source is
     * @param build where it was built; may be the same
     */
    public static KernelTree open(Path source, Path build) throws IOException {
        for (String needed :
                List.of(".config", "Module.symvers", "include/config/kernel.release")) {
            if (!Files.exists(build.resolve(needed))) {
                throw new FormatException(
                        "--build " + build,
                        "",
                        -1,
                        "a directory in which the whole kernel and its modules were built",
                        "no " + needed + " there");
            }
        }
        Path realBuild = build.toRealPath();
        BuiltTree tree = new BuiltTree(source.toRealPath(), realBuild);
        return new KernelTree(
                Files.readString(build.resolve("include/config/kernel.release")).strip(),
                tree.source,
                realBuild,
                KernelConfig.read(build.resolve(".config")),
                tree.units,
                tree.glue(),
                realBuild.resolve("Module.symvers"),
                tree,
                Prerequisites.BUILT,
                null);
    }

    @Override
    public Candidates of(Set<String> names) throws IOException {
        Set<Path> wanted = new HashSet<>();
        Set<String> bases = new HashSet<>();
        for (String name : names) {
            wanted.add(source.resolve(name));
            bases.add(name.substring(name.lastIndexOf('/') + 1));
        }
        List<Unit> readers = new ArrayList<>();
        Set<String> generators = new TreeSet<>();
        for (Path file : files) {
            String text = Files.readString(file);
            String object = target(file);
            if (bases.stream().anyMatch(text::contains) && reads(text, wanted)) {
                checkFresh(object, text);
                Unit unit = units.object(object);
                if (unit != null) {
                    readers.add(unit);
                } else if (object.endsWith("asm-offsets.s") || object.endsWith("bounds.s")) {
                    generators.add(object.substring(0, object.length() - 1) + 'c');
                }
            }
        }
        return new Candidates(readers, List.copyOf(generators), true);
    }

    /** The unit of a module with the fewest words, hence the fewest peculiarities. */
    private Unit glue() {
        return units.units().stream()
                .filter(unit -> unit.owners().getFirst() instanceof Owner.Module)
                .filter(unit -> !unit.isAssembler())
                .min(Comparator.comparingInt(unit -> unit.command().arguments().size()))
                .orElseThrow(() ->
                        new FormatException(
                                "--build " + build,
                                "",
                                -1,
                                "at least one module, whose compile command serves for the"
                                        + " payload",
                                "none"));
    }

    private final class Collector extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (name.startsWith(".") && name.endsWith(SUFFIX)) {
                files.add(file);
            }
            return FileVisitResult.CONTINUE;
        }
    }

    /** What a {@code .cmd} file belongs to, relative to the build directory. */
    private String target(Path file) {
        String name = file.getFileName().toString();
        Path target = file.resolveSibling(name.substring(1, name.length() - SUFFIX.length()));
        return build.relativize(target).toString();
    }

    /** The recipe in a {@code .cmd} file, as a shell would read it. */
    private static String command(String text) {
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        int at = line.indexOf(":=");
        return at < 0
                ? ""
                : line.substring(at + 2).strip().replace("$(pound)", "#").replace("$$", "$");
    }

    private List<Path> dependencies(String text) {
        TreeMap<Integer, Path> found = new TreeMap<>();
        for (String word : text.split("[\\s\\\\]+", -1)) {
            if (word.endsWith(".h") || word.endsWith(".c") || word.matches("\\S+/\\S+\\.\\w+")) {
                if (!word.startsWith("-") && !word.startsWith("$")) {
                    found.put(found.size(), build.resolve(word).normalize());
                }
            }
        }
        return List.copyOf(found.values());
    }

    private boolean reads(String text, Set<Path> wanted) throws IOException {
        for (Path path : dependencies(text)) {
            if (wanted.contains(path)
                    || (Files.isSymbolicLink(path) && wanted.contains(path.toRealPath()))) {
                return true;
            }
        }
        return false;
    }

    /** What was compiled before its source changed says nothing about that source. */
    private void checkFresh(String object, String text) throws IOException {
        Path made = build.resolve(object);
        if (!Files.exists(made, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        FileTime time = Files.getLastModifiedTime(made);
        for (Path path : dependencies(text)) {
            if (path.startsWith(source)
                    && Files.exists(path)
                    && Files.getLastModifiedTime(path).compareTo(time) > 0) {
                throw new FormatException(
                        path.toString(),
                        "",
                        -1,
                        "the source that " + made + " was built of",
                        "a newer file; give the source of the running kernel, or build it again");
            }
        }
    }
}
