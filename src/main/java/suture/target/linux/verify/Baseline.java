package suture.target.linux.verify;

import org.jspecify.annotations.Nullable;

import suture.target.linux.Binding;
import suture.target.linux.image.Export;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleFolder;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.image.RunningCode;
import suture.target.linux.runpre.Exports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The kernel and the modules that a payload is checked against. */
public final class Baseline {
    private final KernelImage kernel;
    private final Exports exports;
    private final ModuleFolder modules;

    private Baseline(KernelImage kernel, ModuleFolder modules) {
        this.kernel = kernel;
        this.exports = Exports.of(kernel);
        this.modules = modules;
    }

    /**
     * A kernel and the modules below some folders.
     *
     * @param image a vmlinuz or a vmlinux
     * @param folders folders with {@code .ko} files, or such files
     * @throws IOException if one cannot be read
     */
    public static Baseline open(Path image, List<Path> folders) throws IOException {
        return new Baseline(KernelImage.open(image), ModuleFolder.of(folders));
    }

    /** The kernel. */
    public KernelImage kernel() {
        return kernel;
    }

    /** {@code vmlinux} or a module; null if there is no such module here. */
    @Nullable RunningCode object(String name) throws IOException {
        return name.equals(KernelImage.NAME) ? kernel : modules.open(name);
    }

    /** Whether the kernel, or a module, cannot be there without a module. */
    boolean needs(String object, String module) throws IOException {
        return modules.needs(object, module);
    }

    /** What a module finds under a name if the given modules are loaded before it. */
    Binding.@Nullable Export export(String name, List<String> depends) throws IOException {
        Binding.Export own = exports.named(name);
        for (String other : own == null ? depends : List.<String>of()) {
            ModuleImage module = modules.open(other);
            Export export = module == null ? null : module.info().exports().get(name);
            if (export != null) {
                String namespace = export.namespace().isEmpty() ? null : export.namespace();
                return new Binding.Export(name, export.crc(), namespace, other, export.gplOnly());
            }
        }
        return own;
    }
}
