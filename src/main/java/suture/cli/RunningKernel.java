package suture.cli;

import org.jspecify.annotations.Nullable;

import suture.build.Owner;
import suture.elf.ElfObject;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleFolder;
import suture.target.linux.image.ModuleSymvers;
import suture.target.linux.runpre.Exports;
import suture.target.linux.runpre.Resolution;
import suture.target.linux.runpre.RunPre;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A kernel as it runs: its image, what it exports, and its modules when they are asked for. */
final class RunningKernel {
    private final KernelBaseline baseline;
    private final KernelImage image;
    private final Exports exports;
    private final Map<String, RunPre> matchers = new HashMap<>();
    private @Nullable ModuleFolder modules;

    private RunningKernel(KernelBaseline baseline, KernelImage image, Exports exports) {
        this.baseline = baseline;
        this.image = image;
        this.exports = exports;
        matchers.put(KernelImage.NAME, new RunPre(image));
    }

    static RunningKernel open(KernelBaseline baseline) throws IOException {
        KernelImage image = baseline.open();
        Path symvers = baseline.tree().symvers();
        return new RunningKernel(
                baseline,
                image,
                Exports.of(image, symvers.toString(), ModuleSymvers.read(symvers)));
    }

    KernelImage image() {
        return image;
    }

    Exports exports() {
        return exports;
    }

    /** Where the parts of an original run. */
    Resolution match(Owner owner, ElfObject original) throws IOException {
        RunPre matcher = matchers.get(name(owner));
        if (matcher == null) {
            if (!(owner instanceof Owner.Module module)) {
                throw new IllegalStateException("not part of anything that runs: " + owner);
            }
            matcher = new RunPre(baseline.module(module));
            matchers.put(name(owner), matcher);
        }
        return matcher.match(original);
    }

    /** Whether a part of the kernel, by its {@link #name}, cannot be there without a module. */
    boolean needs(String owner, String module) {
        boolean part = !owner.isEmpty() && !owner.equals(KernelImage.NAME);
        try {
            return part && modules().needs(owner, module);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModuleFolder modules() throws IOException {
        ModuleFolder known = modules;
        if (known == null) {
            known = ModuleFolder.of(List.of(baseline.modules()));
            modules = known;
        }
        return known;
    }

    /** What livepatch calls the object that a unit is linked into; empty if it is in none. */
    static String name(Owner owner) {
        return switch (owner) {
            case Owner.Vmlinux() -> KernelImage.NAME;
            case Owner.Module module -> module.name();
            case Owner.Elsewhere() -> "";
        };
    }
}
