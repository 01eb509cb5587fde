package suture.cli;

import suture.build.Owner;
import suture.build.linux.KernelTree;
import suture.bytes.FormatException;
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
 * @param modules the folder its modules are in: {@code MODULES/PATH.ko}, packed or not
 * @param version of its packages, empty if it was built here
 */
record KernelBaseline(KernelTree tree, Path image, Path modules, String version) {
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
