package suture.target.linux.convert;

import org.jspecify.annotations.Nullable;

import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.image.ObjectSymbols;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What will run: the kernel's symbols and those of modules. */
public final class Target {
    private final @Nullable KernelImage image;
    private final Map<String, ObjectSymbols> objects = new LinkedHashMap<>();
    private final Map<String, Path> files;

    /**
     * @param image the kernel's image if it is at hand
     * @param tables the objects whose symbols are known; of two tables of one object the first
     *     counts
     * @param files modules on disk by name, opened when they are asked for
     */
    public Target(
            @Nullable KernelImage image,
            Collection<ObjectSymbols> tables,
            Map<String, Path> files) {
        this.image = image;
        if (image != null) {
            objects.put(KernelImage.NAME, ObjectSymbols.of(image));
        }
        tables.forEach(table -> objects.putIfAbsent(table.object(), table));
        this.files = new TreeMap<>(files);
    }

    /** The kernel's image, or null if only symbols are known. */
    @Nullable KernelImage image() {
        return image;
    }

    /** The kernel's symbols, or null if only modules are known. */
    @Nullable ObjectSymbols kernel() {
        return objects.get(KernelImage.NAME);
    }

    /** {@code vmlinux} or a module; null if it is not at hand. */
    @Nullable ObjectSymbols object(String name) throws IOException {
        ObjectSymbols known = objects.get(name);
        Path file = files.get(name);
        if (known == null && file != null) {
            known = ObjectSymbols.of(ModuleImage.open(file));
            objects.put(name, known);
        }
        return known;
    }

    /** All objects that were given or asked for, the kernel first. */
    Collection<ObjectSymbols> known() {
        return objects.values();
    }
}
