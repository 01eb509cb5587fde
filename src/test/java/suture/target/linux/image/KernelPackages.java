package suture.target.linux.image;

import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The distribution's kernels for tests: packages, fetched once into the user's cache, and objects
 * that are built from their source.
 */
public final class KernelPackages {
    private KernelPackages() {}

    /** The boot folder of the release's image package. */
    public static Path boot(String release) throws IOException {
        return fetch("linux-image-" + release).resolve("boot");
    }

    /** The folder of a release's modules. */
    public static Path modules(String release) throws IOException {
        return fetch("linux-image-" + release).resolve("lib/modules/" + release + "/kernel");
    }

    /** The folder of a release's headers, which holds Module.symvers. */
    public static Path headers(String release) throws IOException {
        return fetch("linux-headers-" + release).resolve("usr/src/linux-headers-" + release);
    }

    /** The source that {@link #build} compiles, after it did. */
    public static Path source(String version) throws IOException {
        return cache().resolve("source-" + version);
    }

    private static Path cache() throws IOException {
        String home = System.getProperty("user.home");
        Path cache =
                Path.of(System.getProperty("suture.test.kernels", home + "/.cache/suture-tests"));
        return Files.createDirectories(cache);
    }

    /** The root of an unpacked package. */
    public static Path fetch(String name) throws IOException {
        Path done = cache().resolve(name);
        if (!Files.isDirectory(done)) {
            Path work = Files.createTempDirectory(cache(), "fetch");
            Tool.run(work, "apt-get", "-q", "download", name);
            try (Stream<Path> files = Files.list(work)) {
                Path deb =
                        files.filter(f -> f.toString().endsWith(".deb")).findFirst().orElseThrow();
                Tool.run(work, "dpkg-deb", "-x", deb.toString(), "root");
                Files.delete(deb);
            }
            Files.move(work.resolve("root"), done);
            Files.delete(work);
        }
        return done;
    }

    /**
     * A build tree of a release with these objects in it, made as the distribution makes them.
     *
     * @param version the version of the packages
     */
    public static Path build(String release, String version, List<String> objects)
            throws IOException {
        Path tree = cache().resolve("build-" + release);
        if (!Files.isDirectory(tree)) {
            Path packed =
                    fetch("linux-source-6.1=" + version).resolve("usr/src/linux-source-6.1.tar.xz");
            Path work = Files.createTempDirectory(cache(), "build");
            Path source = Files.createDirectories(source(version));
            Tool.run(source, "tar", "-xf", packed.toString(), "--strip-components=1");
            Files.copy(headers(release).resolve(".config"), work.resolve(".config"));
            Files.copy(headers(release).resolve("Module.symvers"), work.resolve("Module.symvers"));
            make(source, release, "O=" + work, "olddefconfig");
            // The build notes where it is, so it must stand in its final place.
            Files.move(work, tree);
            make(source, release, "O=" + tree, "-j2", "prepare", "modules_prepare");
        }
        List<String> missing =
                objects.stream().filter(o -> !Files.exists(tree.resolve(o))).toList();
        if (!missing.isEmpty()) {
            List<String> arguments = new ArrayList<>(List.of("-j2"));
            arguments.addAll(missing);
            make(tree, release, arguments.toArray(String[]::new));
        }
        return tree;
    }

    private static void make(Path directory, String release, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("make", "-s", "CC=gcc-12", "KERNELRELEASE=" + release));
        command.addAll(List.of(arguments));
        Tool.run(directory, command.toArray(String[]::new));
    }

    /**
     * Compiles an object of a build tree once more into another file, with its recorded command.
     *
     * @param edit what to change in the command
     */
    public static Path again(Path tree, String object, Path target, UnaryOperator<String> edit)
            throws IOException {
        int slash = object.lastIndexOf('/') + 1;
        String folder = object.substring(0, slash);
        String name = object.substring(slash);
        String first = Files.readAllLines(tree.resolve(folder + "." + name + ".cmd")).getFirst();
        String command = first.substring(first.indexOf(":=") + 2);
        String changed = edit.apply(command);
        if (changed.equals(command)) {
            throw new AssertionError("nothing to change in: " + command);
        }
        Tool.run(
                tree,
                "sh",
                "-c",
                changed.replace(object, target.toString())
                        .replace(folder + "." + name + ".d", target + ".d"));
        return target;
    }
}
