package suture.cli;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.target.linux.runpre.Resolution;
import suture.target.linux.runpre.UnitBindings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The units of a patch as they run; each is matched when something of it is asked for. */
final class RunningUnits {
    private final RunningKernel kernel;
    private final List<LinuxPipeline.Compared> compared;
    private final Map<ElfObject, UnitBindings> known = new HashMap<>();

    RunningUnits(RunningKernel kernel, List<LinuxPipeline.Compared> compared) {
        this.kernel = kernel;
        this.compared = compared;
    }

    /** The unit that has an original object; one source may be part of several modules. */
    LinuxPipeline.Compared unit(ElfObject original) {
        return compared.stream()
                .filter(c -> c.diff().original().object() == original)
                .findFirst()
                .orElseThrow();
    }

    /** What the places of an original object are bound to. */
    UnitBindings bindings(ElfObject original) {
        UnitBindings bindings = known.get(original);
        if (bindings == null) {
            LinuxPipeline.Compared unit = unit(original);
            try {
                Resolution resolution =
                        kernel.match(unit.owner(), ElfReader.read(unit.plain().get()));
                bindings =
                        new UnitBindings(
                                resolution,
                                original,
                                kernel.image(),
                                kernel.exports(),
                                this::bindings);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            known.put(original, bindings);
        }
        return bindings;
    }
}
