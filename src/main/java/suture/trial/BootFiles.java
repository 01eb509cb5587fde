package suture.trial;

import suture.bytes.FormatException;
import suture.target.linux.module.KernelModule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The kernel and the modules of an unpacked image package.
 *
 * @param release the kernel's release
 * @param kernel the boot image
 * @param modules the file of each module, by name
 */
public record BootFiles(String release, Path kernel, Map<String, Path> modules) {
    private static final String IMAGE = "vmlinuz-";

    /**
     * Finds {@code boot/vmlinuz-RELEASE} and {@code [usr/]lib/modules/RELEASE}.
     *
     * @throws FormatException if the directory does not hold exactly one kernel
     */
    public static BootFiles in(Path directory) throws IOException {
        Path boot = directory.resolve("boot");
        List<Path> kernels =
                Files.isDirectory(boot)
                        ? list(boot).stream()
                                .filter(f -> f.getFileName().toString().startsWith(IMAGE))
                                .toList()
                        : List.of();
        if (kernels.size() != 1) {
            throw new FormatException(
                    directory.toString(),
                    "boot",
                    -1,
                    "one vmlinuz-RELEASE of an unpacked image package",
                    kernels.isEmpty() ? "none" : kernels.toString());
        }
        Path kernel = kernels.getFirst();
        String release = kernel.getFileName().toString().substring(IMAGE.length());
        Map<String, Path> modules = new TreeMap<>();
        for (String root : List.of("lib/modules", "usr/lib/modules")) {
            Path tree = directory.resolve(root).resolve(release);
            if (Files.isDirectory(tree)) {
                try (Stream<Path> files = Files.walk(tree)) {
                    files.filter(f ->
                                    f.getFileName().toString().matches(".*\\.ko(\\.(gz|xz|zst))?"))
                            .sorted()
                            .forEach(f -> modules.put(KernelModule.nameOf(f), f));
                }
            }
        }
        return new BootFiles(release, kernel, modules);
    }

    /** The modules in an order that can be loaded: each after those it depends on. */
    public List<KernelModule> closure(List<KernelModule> wanted) throws IOException {
        Map<String, KernelModule> ordered = new LinkedHashMap<>();
        for (KernelModule module : wanted) {
            add(module, ordered);
        }
        return List.copyOf(ordered.values());
    }

    /**
     * The package's module of that name.
     *
     * @throws FormatException if it has none
     */
    public KernelModule module(String name) throws IOException {
        Path file = modules.get(name.replace('-', '_'));
        if (file == null) {
            throw new FormatException(
                    kernel.toString(),
                    "",
                    -1,
                    "module " + name + " in the image package of " + release,
                    "no such module; give the path of its .ko file");
        }
        return KernelModule.read(file);
    }

    private void add(KernelModule module, Map<String, KernelModule> ordered) throws IOException {
        if (ordered.containsKey(module.name())) {
            return;
        }
        for (String needed : module.depends()) {
            add(module(needed), ordered);
        }
        ordered.put(module.name(), module);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
