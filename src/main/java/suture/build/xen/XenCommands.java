package suture.build.xen;

import suture.build.CompileCommand;
import suture.build.CompileDatabase;
import suture.build.DependencyFile;
import suture.build.Owner;
import suture.build.ShellText;
import suture.build.Unit;
import suture.bytes.FormatException;
import suture.elf.ElfReader;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the build of a hypervisor recorded (Xen 4.17 {@code xen/Rules.mk}, {@code
 * xen/scripts/Kbuild.include}):
 *
 * <pre>
 *   .kernel.o.cmd     cmd_common/kernel.o := gcc ... -c common/kernel.c -o common/.kernel.o.tmp ...
 *                     source_common/kernel.o := common/kernel.c
 *                     deps_common/kernel.o := \
 *                       include/xen/config.h \
 *   .asm-offsets.s.d  asm-offsets.s: arch/x86/x86_64/asm-offsets.c include/xen/config.h \
 * </pre>
 *
 * <p>After each compilation {@code objcopy --redefine-sym kernel.c=common/kernel.c} ran; that is
 * not recorded, but the object's FILE symbol shows it.
 */
final class XenCommands {
    private static final String SUFFIX = ".cmd";
    private static final Set<String> WITH_VALUE = Set.of("-o", "-MF", "-MQ", "-MT");
    private static final Set<String> DROPPED = Set.of("-c", "-MMD", "-MD", "-MP");

    private final Path source;
    private final Path build;
    private final Set<String> linked;
    private final List<Path> files = new ArrayList<>();
    private final List<Unit> units = new ArrayList<>();
    private final Map<Path, Set<String>> readers = new HashMap<>();
    private final Map<Path, Path> real = new HashMap<>();

    /**
     * @param linked names of the FILE symbols in the image
     */
    XenCommands(Path source, Path build, Set<String> linked) {
        this.source = source;
        this.build = build;
        this.linked = linked;
    }

    CompileDatabase database() {
        return new CompileDatabase(units);
    }

    Map<Path, Set<String>> readers() {
        return Map.copyOf(readers);
    }

    void read() throws IOException {
        Files.walkFileTree(
                build,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        String name = file.getFileName().toString();
                        if (name.startsWith(".")
                                && (name.endsWith(SUFFIX) || name.endsWith(".s.d"))) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        files.sort(Comparator.naturalOrder());
        for (Path file : files) {
            String text = Files.readString(file);
            if (file.toString().endsWith(SUFFIX)) {
                command(target(file, SUFFIX), text);
            } else {
                Set<Path> read = DependencyFile.parse(text, build);
                reads(target(file, ".d"), read);
            }
        }
    }

    /** What the record belongs to, relative to the build directory. */
    private String target(Path file, String suffix) {
        String name = file.getFileName().toString();
        Path target = file.resolveSibling(name.substring(1, name.length() - suffix.length()));
        return build.relativize(target).toString();
    }

    private void command(String target, String text) throws IOException {
        List<Path> read = new ArrayList<>();
        String source = "";
        boolean dependencies = false;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("source_")) {
                source = line.substring(line.indexOf(":=") + 2).strip();
            } else if (line.startsWith("deps_")) {
                dependencies = true;
            } else if (dependencies && line.isBlank()) {
                dependencies = false;
            } else if (dependencies && !line.contains("$(")) {
                read.add(build.resolve(line.replace("\\", "").strip()));
            }
        }
        if (source.isEmpty()) {
            return;
        }
        read.add(build.resolve(source));
        reads(target, read);
        if (target.endsWith(".o") && source.matches(".*\\.[cS]")) {
            units.add(unit(target, source, text));
        }
    }

    private void reads(String target, Iterable<Path> read) throws IOException {
        for (Path path : read) {
            Path file = real.get(path);
            if (file == null) {
                file = Files.exists(path) ? path.toRealPath() : path.normalize();
                real.put(path, file);
            }
            readers.computeIfAbsent(file, _ -> new TreeSet<>()).add(target);
        }
    }

    private Unit unit(String object, String input, String text) throws IOException {
        String recipe = text.substring(text.indexOf(":=") + 2, text.indexOf('\n')).strip();
        List<String> words =
                ShellText.statements(recipe.replace("$(pound)", "#").replace("$$", "$"))
                        .getFirst()
                        .words();
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (WITH_VALUE.contains(word)) {
                i++;
            } else if (!DROPPED.contains(word) && !word.equals(input)) {
                arguments.add(word.intern());
            }
        }
        String file = fileSymbol(object);
        List<List<String>> steps = new ArrayList<>();
        String base = input.substring(input.lastIndexOf('/') + 1);
        if (!file.isEmpty() && !file.equals(base)) {
            steps.add(
                    List.of(
                            "objcopy",
                            "--redefine-sym",
                            base + '=' + file,
                            CompileCommand.OBJECT));
        }
        Owner owner = linked.contains(file) ? new Owner.Vmlinux() : new Owner.Elsewhere();
        return new Unit(
                object,
                sourceName(input),
                input,
                List.of(owner),
                new CompileCommand(arguments, steps));
    }

    private String fileSymbol(String object) throws IOException {
        Path made = build.resolve(object);
        if (!Files.exists(made)) {
            return "";
        }
        return XenTree.fileOf(ElfReader.read(made));
    }

    private String sourceName(String input) {
        Path path = build.resolve(input).normalize();
        return path.startsWith(source) ? source.relativize(path).toString() : input;
    }

    /**
     * What was compiled before its source changed says nothing about that source.
     *
     * @throws FormatException if a file of the tree is newer than the object
     */
    static void checkFresh(XenTree tree, String object, Set<String> read) throws IOException {
        FileTime time = Files.getLastModifiedTime(tree.build().resolve(object));
        for (String name : read) {
            Path path = tree.source().resolve(name);
            if (Files.exists(path) && Files.getLastModifiedTime(path).compareTo(time) > 0) {
                throw new FormatException(
                        path.toString(),
                        "",
                        -1,
                        "the source that " + object + " was built of",
                        "a newer file; give the source of the running hypervisor, or build it"
                                + " again");
            }
        }
    }
}
