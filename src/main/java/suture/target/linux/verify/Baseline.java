package suture.target.linux.verify;

import org.jspecify.annotations.Nullable;

import suture.target.linux.Binding;
import suture.target.linux.image.Export;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.image.RunningCode;
import suture.target.linux.runpre.Exports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kernel and the modules that a payload is checked against. */
public final class Baseline {
    private static final Pattern MODULE = Pattern.compile("(.+)\\.ko(\\.(gz|xz|zst))?");

    private final KernelImage kernel;
    private final Exports exports;
    private final Map<String, Path> files;
    private final Map<String, ModuleImage> modules = new HashMap<>();

    private Baseline(KernelImage kernel, Map<String, Path> files) {
        this.kernel = kernel;
        this.exports = Exports.of(kernel);
        this.files = files;
    }

    /**
     * A kernel and the modules below some folders.
     *
     * @param image a vmlinuz or a vmlinux
     * @param folders folders with {@code .ko} files, or such files
     * @throws IOException if one cannot be read
     */
    public static Baseline open(Path image, List<Path> folders) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        for (Path folder : folders) {
            List<Path> found = new ArrayList<>();
            try (Stream<Path> all = Files.walk(folder)) {
                all.filter(Files::isRegularFile).sorted().forEach(found::add);
            }
            for (Path file : found) {
                Matcher name = MODULE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    files.putIfAbsent(name.group(1).replace('-', '_'), file);
                }
            }
        }
        return new Baseline(KernelImage.open(image), files);
    }

    /** The kernel. */
    public KernelImage kernel() {
        return kernel;
    }

    /** {@code vmlinux} or a module; null if there is no such module here. */
    @Nullable RunningCode object(String name) throws IOException {
        return name.equals(KernelImage.NAME) ? kernel : module(name);
    }

    private @Nullable ModuleImage module(String name) throws IOException {
        Path file = files.get(name);
        ModuleImage known = modules.get(name);
        if (known == null && file != null) {
            known = ModuleImage.open(file);
            modules.put(name, known);
        }
        return known;
    }

    /** What a module finds under a name if the given modules are loaded before it. */
    Binding.@Nullable Export export(String name, List<String> depends) throws IOException {
        Binding.Export own = exports.named(name);
        for (String other : own == null ? depends : List.<String>of()) {
            ModuleImage module = module(other);
            Export export = module == null ? null : module.info().exports().get(name);
            if (export != null) {
                String namespace = export.namespace().isEmpty() ? null : export.namespace();
                return new Binding.Export(name, export.crc(), namespace, other, export.gplOnly());
            }
        }
        return own;
    }
}
