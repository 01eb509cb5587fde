package suture.target.linux.verify;

import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.finding.Finding;
import suture.target.linux.image.KernelIdentity;
import suture.target.linux.image.ModuleInfo;
import suture.target.linux.klp.PatchedFunction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Plays the loader. */
public final class LoaderSimulation {
    private LoaderSimulation() {}

    /**
     * Checks a module against the kernel and modules it is meant for.
     *
     * @throws FormatException if the payload is no kernel module, or a file of the baseline is
     *     damaged
     * @throws IOException if a module of the baseline cannot be read
     */
    public static Proof check(ElfObject module, Baseline baseline) throws IOException {
        Set<Finding> findings = new LinkedHashSet<>();
        ModuleInfo info = ModuleInfo.of(module);
        KernelIdentity identity = KernelIdentity.of(baseline.kernel());
        new IdentityRules(module, info, baseline.kernel(), identity, findings).check();
        new FormatRules(module, findings).check();
        int imports = new ImportRules(module, info, baseline, findings).check();
        SymbolRules symbols = new SymbolRules(module, baseline, findings);
        List<Proof.Resolved> resolved = symbols.check();
        List<PatchedFunction> functions =
                new FunctionRules(module, info, baseline, symbols, findings).check();
        return new Proof(
                module,
                identity,
                resolved,
                functions,
                imports,
                List.copyOf(new ArrayList<>(findings)));
    }
}
