package suture.cli;

import org.jspecify.annotations.Nullable;

import suture.build.Owner;
import suture.build.linux.KernelTree;
import suture.build.linux.StockKernel;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleImage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The kernel that a payload is for.
 *
 * @param tree what units are compiled of
 * @param image the boot image or vmlinux that runs
 * @param kept where the kernel of a boot image is kept once it is unpacked; null if nowhere
 * @param modules the folder its modules are in: {@code MODULES/PATH.ko}, packed or not
 * @param version of its packages, empty if it was built here
 */
record KernelBaseline(
        KernelTree tree, Path image, @Nullable Path kept, Path modules, String version) {
    /** A stock kernel, whose folders are the cache's own. */
    static KernelBaseline of(StockKernel kernel, KernelTree tree) {
        return new KernelBaseline(
                tree,
                kernel.image(),
                kernel.image().resolveSibling("vmlinux-" + kernel.release()),
                kernel.modules().resolve("kernel"),
                kernel.version());
    }

    /** Opens the image; unpacking takes longer than everything else that is done with it. */
    KernelImage open() throws IOException {
        if (kept == null) {
            return KernelImage.open(image);
        }
        if (!Files.exists(kept)) {
            OutputFile.write(kept, KernelImage.unpack(image).toArray());
        }
        return KernelImage.of(image.toString(), Bytes.map(kept));
    }

    /**
     * One of its modules.
     *
     * @throws FormatException if its file is not there
     */
    ModuleImage module(Owner.Module owner) throws IOException {
        for (String suffix : List.of(".ko", ".ko.xz", ".ko.zst", ".ko.gz")) {
            Path file = modules.resolve(owner.path() + suffix);
            if (Files.exists(file)) {
                return ModuleImage.open(file);
            }
        }
        throw new FormatException(
                modules.toString(), "", -1, "the module " + owner.path() + ".ko", "none");
    }
}
