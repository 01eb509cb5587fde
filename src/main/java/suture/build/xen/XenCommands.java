package suture.build.xen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import suture.build.CompileCommand;
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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private static final String COMMAND = ".cmd";
    private static final String DEPENDENCIES = ".d";
    private static final String SOURCE = "source_";
    private static final Set<String> WITH_VALUE = Set.of("-o", "-MF", "-MQ", "-MT");
    private static final Set<String> DROPPED = Set.of("-c", "-MMD", "-MD", "-MP");

    private final Path source;
    private final Path build;
    private final Set<String> linked;
    private final Map<String, Path> records = new TreeMap<>();

    /**
     * Finds the records; they are read when something in them is asked for.
     *
     * @param linked names of the FILE symbols in the image
     */
    XenCommands(Path source, Path build, Set<String> linked) throws IOException {
        this.source = source;
        this.build = build;
        this.linked = linked;
        Files.walkFileTree(
                build,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        String name = file.getFileName().toString();
                        if (name.startsWith(".") && name.endsWith(COMMAND)) {
                            records.put(target(file, COMMAND), file);
                        } else if (name.startsWith(".") && name.endsWith(".s" + DEPENDENCIES)) {
                            records.put(target(file, DEPENDENCIES), file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** What the record belongs to, relative to the build directory. */
    private String target(Path file, String suffix) {
        String name = file.getFileName().toString();
        Path target = file.resolveSibling(name.substring(1, name.length() - suffix.length()));
        return build.relativize(target).toString();
    }

    /** The targets that read some of the files, with those that each reads. */
    Map<String, Set<String>> reading(Set<String> files) throws IOException {
        Map<Path, String> wanted = new HashMap<>();
        Set<String> bases = new TreeSet<>();
        for (String file : files) {
            Path path = source.resolve(file);
            wanted.put(Files.exists(path) ? path.toRealPath() : path, file);
            bases.add(file.substring(file.lastIndexOf('/') + 1));
        }
        Map<String, Set<String>> found = new TreeMap<>();
        for (Map.Entry<String, Path> record : records.entrySet()) {
            String text = Files.readString(record.getValue(), ISO_8859_1);
            if (bases.stream().noneMatch(text::contains)) {
                continue;
            }
            for (Path path : dependencies(record.getValue(), text)) {
                String file = bases.contains(name(path)) ? wanted.get(real(path)) : null;
                if (file != null) {
                    found.computeIfAbsent(record.getKey(), _ -> new TreeSet<>()).add(file);
                }
            }
        }
        return found;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static Path real(Path path) throws IOException {
        return Files.exists(path) ? path.toRealPath() : path.normalize();
    }

    private Set<Path> dependencies(Path record, String text) {
        if (record.toString().endsWith(DEPENDENCIES)) {
            return DependencyFile.parse(text, build);
        }
        Set<Path> read = new LinkedHashSet<>();
        boolean inside = false;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith(SOURCE)) {
                read.add(build.resolve(line.substring(line.indexOf(":=") + 2).strip()));
            } else if (line.startsWith("deps_")) {
                inside = true;
            } else if (inside && line.isBlank()) {
                inside = false;
            } else if (inside && !line.contains("$(")) {
                read.add(build.resolve(line.replace("\\", "").strip()));
            }
        }
        return read;
    }

    /** The unit that makes an object; null if none does. */
    @Nullable Unit unit(String object) throws IOException {
        Path record = records.get(object);
        if (record == null || !object.endsWith(".o")) {
            return null;
        }
        String text = Files.readString(record, ISO_8859_1);
        String input =
                text.lines()
                        .filter(line -> line.startsWith(SOURCE))
                        .map(line -> line.substring(line.indexOf(":=") + 2).strip())
                        .findFirst()
                        .orElse("");
        return input.matches(".*\\.[cS]") ? unit(object, input, text) : null;
    }

    /** A unit of the image whose source is C and begins with these directories. */
    @Nullable Unit like(String directory) throws IOException {
        for (String object : records.keySet()) {
            Unit unit = object.startsWith(directory + '/') ? unit(object) : null;
            if (unit != null && unit.reachable() && !unit.isAssembler()) {
                return unit;
            }
        }
        return null;
    }

    /** The source that a record which is no object's says it was made of; empty if none. */
    String madeOf(String target) throws IOException {
        Path record = records.get(target);
        if (record == null) {
            return "";
        }
        return dependencies(record, Files.readString(record, ISO_8859_1)).stream()
                .filter(path -> path.toString().matches(".*\\.[cS]"))
                .map(path -> source.relativize(path.normalize()).toString())
                .findFirst()
                .orElse("");
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
                    List.of("objcopy", "--redefine-sym", base + '=' + file, CompileCommand.OBJECT));
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
    void checkFresh(String object, Set<String> read) throws IOException {
        FileTime time = Files.getLastModifiedTime(build.resolve(object));
        for (String name : read) {
            Path path = source.resolve(name);
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
