package suture.build.linux;

import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiles and links a module's own C code as Kbuild compiles a module outside of the kernel's tree
 * (Linux 6.1 {@code scripts/Makefile.modfinal}).
 */
public final class GlueCompiler {
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern NAME =
            Pattern.compile(
                    "-D(?:KBUILD_MODFILE|KBUILD_BASENAME|KBUILD_MODNAME|__KBUILD_MODNAME)=");
    private static final String MARK = "suture_vermagic";

    private final KernelTree tree;

    /** A compiler for modules of a kernel. */
    public GlueCompiler(KernelTree tree) {
        this.tree = tree;
    }

    /**
     * Compiles a source file of a module; what comes out is kept, for the next patch of the same
     * functions needs it again.
     *
     * @param module the module's name, a C identifier
     * @param object where to put the object if it is not kept
     * @return where it is
     */
    public Path compile(Path source, String module, Path object) throws IOException {
        List<String> arguments = arguments(source, module);
        Path store = tree.objects();
        if (store == null) {
            return compile(source, arguments, object);
        }
        List<String> words = new ArrayList<>(arguments);
        tree.glue().command().steps().forEach(words::addAll);
        words.add(Files.readString(source));
        Path kept = store.resolve(ObjectKey.of(tree, words) + ".o");
        if (!Files.exists(kept)) {
            Files.createDirectories(store);
            ObjectKey.keep(compile(source, arguments, object), kept);
        }
        return kept;
    }

    private Path compile(Path source, List<String> arguments, Path object) {
        List<String> command = new ArrayList<>(arguments);
        command.addAll(List.of("-g0", "-c", "-o", object.toAbsolutePath().toString()));
        command.add(source.toAbsolutePath().toString());
        String doing = "compiling the payload's " + source.getFileName();
        Runner.check(doing, Command.of(command).in(tree.build()));
        for (List<String> step : tree.glue().command().steps()) {
            Runner.check(
                    doing,
                    Command.of(UnitCompiler.step(step, object.toAbsolutePath())).in(tree.build()));
        }
        return object;
    }

    /** Links a module's objects into one relocatable file, sections laid out as in every module. */
    public Path link(List<Path> objects, Path module) {
        List<String> command =
                new ArrayList<>(List.of("ld", "-r", "-m", "elf_x86_64", "-z", "noexecstack"));
        command.addAll(List.of("--build-id=sha1", "-T", "scripts/module.lds"));
        command.addAll(List.of("-o", module.toAbsolutePath().toString()));
        objects.forEach(object -> command.add(object.toAbsolutePath().toString()));
        Runner.check("linking " + module.getFileName(), Command.of(command).in(tree.build()));
        return module;
    }

    /** The kernel's version magic, which every module must carry. */
    public String vermagic(Path work) throws IOException {
        Path source = Files.createTempFile(work, MARK, ".c");
        Files.writeString(
                source,
                "#define INCLUDE_VERMAGIC\n#include <linux/vermagic.h>\n"
                        + MARK
                        + " VERMAGIC_STRING\n");
        List<String> command = new ArrayList<>(arguments(source, MARK));
        command.addAll(List.of("-E", "-P", source.toString()));
        String text =
                Runner.check("reading the version magic", Command.of(command).in(tree.build()))
                        .output();
        int mark = text.lastIndexOf(MARK);
        StringBuilder magic = new StringBuilder();
        Matcher strings = STRING.matcher(mark < 0 ? "" : text.substring(mark));
        while (strings.find()) {
            magic.append(strings.group(1));
        }
        if (magic.isEmpty()) {
            throw new FormatException(
                    tree.source().toString(),
                    "include/linux/vermagic.h",
                    -1,
                    "a VERMAGIC_STRING made of string literals",
                    text.substring(Math.max(0, text.length() - 100)));
        }
        return magic.toString();
    }

    /** The checksums of exported symbols. */
    public Path symvers() {
        return tree.symvers();
    }

    /** The flags of a module's unit, with the names Kbuild gives it exchanged. */
    private List<String> arguments(Path source, String module) {
        String base = source.getFileName().toString().replaceFirst("\\.c$", "").replace('-', '_');
        List<String> words = new ArrayList<>();
        for (String word : tree.glue().command().arguments()) {
            if (!NAME.matcher(word).lookingAt()) {
                words.add(word);
            }
        }
        words.add("-DKBUILD_BASENAME=\"" + base + '"');
        words.add("-DKBUILD_MODNAME=\"" + module + '"');
        words.add("-D__KBUILD_MODNAME=kmod_" + module);
        return words;
    }
}
