package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.target.linux.Binding;
import suture.target.linux.image.Export;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleSymvers;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the running kernel and its modules export, from the image and from Module.symvers. */
public final class Exports {
    private final Map<String, Export> kernel;
    private final Map<String, Binding.Export> all;

    private Exports(Map<String, Export> kernel, Map<String, Binding.Export> all) {
        this.kernel = kernel;
        this.all = all;
    }

    /** The kernel's own exports only. */
    public static Exports of(KernelImage image) {
        Map<String, Export> kernel = Export.of(image);
        Map<String, Binding.Export> all = new LinkedHashMap<>();
        kernel.values().forEach(e -> all.put(e.name(), binding(e)));
        return new Exports(kernel, all);
    }

    /**
     * The exports of the kernel and of all modules of its build.
     *
     * @param symvers the file's name, for messages
     * @throws FormatException if the list is of another build than the image
     */
    public static Exports of(KernelImage image, String symvers, ModuleSymvers list) {
        Exports own = of(image);
        for (ModuleSymvers.Entry entry : list.entries().values()) {
            boolean kernel = entry.provider().equals(KernelImage.NAME);
            Export inImage = own.kernel.get(entry.name());
            if (kernel && (inImage == null || inImage.crc() != entry.crc())) {
                throw new FormatException(
                        symvers,
                        "",
                        -1,
                        "the exports of " + image.elf().file(),
                        entry.name()
                                + " with checksum 0x"
                                + Long.toHexString(entry.crc())
                                + (inImage == null
                                        ? ", which the image does not export"
                                        : "; in the image it is 0x"
                                                + Long.toHexString(inImage.crc())));
            }
            if (!kernel) {
                own.all.putIfAbsent(
                        entry.name(),
                        new Binding.Export(
                                entry.name(),
                                entry.crc() == 0 ? null : entry.crc(),
                                entry.namespace().isEmpty() ? null : entry.namespace(),
                                entry.provider(),
                                entry.gplOnly()));
            }
        }
        return own;
    }

    private static Binding.Export binding(Export export) {
        return new Binding.Export(
                export.name(),
                export.crc(),
                export.namespace().isEmpty() ? null : export.namespace(),
                KernelImage.NAME,
                export.gplOnly());
    }

    /** The export of that name, or null. */
    public Binding.@Nullable Export named(String name) {
        return all.get(name);
    }

    /** The kernel's export of that name if it is of the thing at that address, or null. */
    Binding.@Nullable Export at(String name, long address) {
        Export export = kernel.get(name);
        return export != null && export.address() == address ? all.get(name) : null;
    }
}
