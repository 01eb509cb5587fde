package suture.trial;

import suture.elf.Tool;
import suture.target.linux.module.KernelModule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A distribution kernel and what builds modules for it, fetched once into the user's cache. */
public final class KernelHeaders {
    public static final String RELEASE = "6.1.0-56-cloud-amd64";
    private static final String COMMON = "linux-headers-6.1.0-56-common";

    private KernelHeaders() {}

    static BootFiles image() throws IOException {
        return BootFiles.in(fetch("linux-image-" + RELEASE, List.of("linux-image-" + RELEASE)));
    }

    /** Compiles one C file to a module; symbols that nobody exports stay undefined. */
    public static KernelModule module(Path scratch, String name, String source) throws IOException {
        Path work = Files.createDirectories(scratch.resolve("build-" + name));
        Files.writeString(work.resolve(name + ".c"), source);
        Files.writeString(work.resolve("Kbuild"), "obj-m := " + name + ".o\n");
        Path tree = headers();
        Tool.run(
                work,
                "make",
                "-C",
                tree.toString(),
                "M=" + work,
                "CC=gcc-12",
                "KBUILD_MODPOST_WARN=1",
                "modules");
        return KernelModule.read(work.resolve(name + ".ko"));
    }

    private static Path headers() throws IOException {
        String packageName = "linux-headers-" + RELEASE;
        Path root =
                fetch("module-tree-" + RELEASE, List.of(packageName, COMMON, "linux-kbuild-6.1"));
        Path tree = root.resolve("usr/src").resolve(packageName);
        Path makefile = tree.resolve("Makefile");
        String text = Files.readString(makefile);
        String here = "include " + root.resolve("usr/src") + "/";
        if (!text.contains(here)) {
            Files.writeString(makefile, text.replaceAll("include /.*usr/src/", here));
        }
        return tree;
    }

    private static Path fetch(String name, List<String> packages) throws IOException {
        String home = System.getProperty("user.home");
        Path cache =
                Path.of(System.getProperty("suture.test.kernels", home + "/.cache/suture-tests"));
        Path done = cache.resolve(name);
        if (!Files.isDirectory(done)) {
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache, "fetch");
            for (String wanted : packages) {
                Tool.run(work, "apt-get", "-q", "download", wanted);
            }
            try (Stream<Path> files = Files.list(work)) {
                for (Path deb : files.filter(f -> f.toString().endsWith(".deb")).toList()) {
                    Tool.run(work, "dpkg-deb", "-x", deb.toString(), "root");
                }
            }
            Files.move(work.resolve("root"), done);
        }
        return done;
    }
}
