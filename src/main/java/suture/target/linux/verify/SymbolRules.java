package suture.target.linux.verify;

import org.jspecify.annotations.Nullable;

import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.RunningCode;
import suture.target.linux.klp.KlpNames;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Livepatch symbols: each leads to exactly one thing. */
final class SymbolRules {
    private final ElfObject module;
    private final Baseline baseline;
    private final Collection<Finding> findings;

    SymbolRules(ElfObject module, Baseline baseline, Collection<Finding> findings) {
        this.module = module;
        this.baseline = baseline;
        this.findings = findings;
    }

    List<Proof.Resolved> check() throws IOException {
        Map<String, Proof.Resolved> resolved = new LinkedHashMap<>();
        for (RelocationSection section : module.relocationSections()) {
            String object = KlpNames.object(section.section().name());
            if (object != null && FormatRules.isLivepatch(section.section())) {
                for (Relocation relocation : section.entries()) {
                    order(object, section, relocation.symbol());
                }
            }
        }
        for (Symbol symbol : module.symbols()) {
            if (FormatRules.isLivepatch(symbol)) {
                KernelSymbol found = find(symbol);
                if (found != null) {
                    var one = new Proof.Resolved(symbol.name(), found.address());
                    resolved.putIfAbsent(symbol.name(), one);
                }
            }
        }
        return new ArrayList<>(resolved.values());
    }

    private @Nullable KernelSymbol find(Symbol symbol) throws IOException {
        KlpNames.Name name = KlpNames.symbol(symbol.name());
        if (name == null) {
            add(
                    "livepatch-symbol-name",
                    symbol.name(),
                    "the kernel answers -EINVAL: a livepatch symbol is called"
                            + " .klp.sym.OBJECT.NAME,POSITION",
                    "rename the symbol");
            return null;
        }
        return find(symbol.name(), name.object(), name.name(), name.position());
    }

    /** What may wait for what (Linux 6.1 kernel/livepatch/core.c, klp_resolve_symbols). */
    private void order(String object, RelocationSection section, Symbol symbol) throws IOException {
        KlpNames.Name name = KlpNames.symbol(symbol.name());
        if (name == null || !FormatRules.isLivepatch(symbol)) {
            return;
        }
        boolean kernelSymbol = name.object().equals(KernelImage.NAME);
        boolean kernelSection = object.equals(KernelImage.NAME);
        if (kernelSymbol && !kernelSection) {
            add(
                    "kernel-symbol-in-module-section",
                    symbol.name(),
                    "the kernel answers -EINVAL: invalid access to vmlinux symbol from "
                            + section.section(),
                    "move the relocation to .klp.rela.vmlinux." + section.target());
        }
        if (!kernelSymbol && kernelSection) {
            add(
                    "module-symbol-in-kernel-section",
                    symbol.name(),
                    "the kernel answers -EINVAL unless "
                            + name.object()
                            + " is loaded first: "
                            + section.section()
                            + " is applied when the patch is loaded",
                    "move the relocation to .klp.rela." + name.object() + "." + section.target());
        }
        if (!kernelSymbol
                && !kernelSection
                && !name.object().equals(object)
                && baseline.object(object) != null
                && !baseline.needs(object, name.object())) {
            add(
                    "undeclared-module-dependency",
                    symbol.name(),
                    object
                            + " does not need "
                            + name.object()
                            + ": the kernel answers -EINVAL when it loads "
                            + object
                            + " without that, and lets it go while the patched code uses it",
                    "leave the reference out, or take the symbol with symbol_get() in a hook");
        }
    }

    /**
     * The one thing of that name and position in an object; null with a finding if there is none or
     * several.
     */
    @Nullable KernelSymbol find(String subject, String object, String name, int position)
            throws IOException {
        RunningCode code = baseline.object(object);
        if (code == null) {
            findings.add(
                    Finding.warning(
                            "module-not-at-hand",
                            subject,
                            module.file(),
                            "module " + object + " is not among the modules given: not checked",
                            "give its folder with --modules"));
            return null;
        }
        List<KernelSymbol> all = code.symbols().named(name);
        String count = all.size() + " symbols of " + object + " are called " + name;
        boolean nothing = all.isEmpty() || all.getLast().address() == 0;
        if (nothing) {
            add(
                    "missing-symbol",
                    subject,
                    "the kernel answers -EINVAL: "
                            + name
                            + " is not in the symbol table of "
                            + object,
                    "check that the patch is for this kernel");
        } else if (position == 0 && all.size() > 1) {
            add(
                    "ambiguous-symbol",
                    subject,
                    "the kernel answers -EINVAL: " + count,
                    "give the position, 1 to " + all.size());
        } else if (position > all.size()) {
            add(
                    "missing-position",
                    subject,
                    "the kernel answers -EINVAL: " + count,
                    "give a position from 1 to " + all.size());
        } else {
            return stable(subject, code, all.get(Math.max(0, position - 1)));
        }
        return null;
    }

    private KernelSymbol stable(String subject, RunningCode code, KernelSymbol symbol) {
        if (!code.counted(symbol)) {
            add(
                    "unstable-position",
                    subject,
                    "its position is another one once the init code of "
                            + code.name()
                            + " has been freed",
                    "leave the reference out of the patch");
        }
        return symbol;
    }

    private void add(String rule, String subject, String message, String remedy) {
        findings.add(Finding.error(rule, subject, module.file(), message, remedy));
    }
}
