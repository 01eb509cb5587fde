package suture.target.linux.verify;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.target.linux.Binding;
import suture.target.linux.image.ModuleInfo;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** What the module takes from the exports of the kernel and of the modules it depends on. */
final class ImportRules {
    private static final String LAYOUT = "module_layout";

    private final ElfObject module;
    private final ModuleInfo info;
    private final Baseline baseline;
    private final Collection<Finding> findings;

    ImportRules(
            ElfObject module, ModuleInfo info, Baseline baseline, Collection<Finding> findings) {
        this.module = module;
        this.info = info;
        this.baseline = baseline;
        this.findings = findings;
    }

    /** Checks all and says how many there are. */
    int check() throws IOException {
        List<String> depends = info.depends();
        Binding.Export layout = baseline.export(LAYOUT, List.of());
        if (layout != null) {
            checksum(layout);
        }
        int count = 0;
        for (Symbol symbol : module.symbols()) {
            if (symbol.isUndefined() && !symbol.name().isEmpty()) {
                count++;
                Binding.Export export = baseline.export(symbol.name(), depends);
                if (export != null) {
                    check(export);
                } else if (symbol.binding() != Elf.STB_WEAK) {
                    add(
                            "unknown-symbol",
                            symbol.name(),
                            "the kernel answers -ENOENT: neither it nor a module of depends="
                                    + " exports it",
                            "make it a livepatch symbol, or leave the reference out");
                }
            }
        }
        return count;
    }

    private void check(Binding.Export export) {
        checksum(export);
        String namespace = export.namespace();
        List<String> imported = info.values().getOrDefault("import_ns", List.of());
        if (namespace != null && !imported.contains(namespace)) {
            add(
                    "missing-namespace",
                    export.name(),
                    "the kernel answers -EINVAL: it is in namespace "
                            + namespace
                            + ", which the module does not import",
                    "add MODULE_IMPORT_NS(" + namespace + ")");
        }
    }

    private void checksum(Binding.Export export) {
        Long its = export.crc();
        Long own = info.versions().get(export.name());
        if (its == null) {
            return;
        }
        if (own == null) {
            add(
                    "no-checksum",
                    export.name(),
                    "the kernel answers -ENOEXEC or -EINVAL: no symbol version for it",
                    "add its checksum to __versions");
        } else if ((own & 0xffff_ffffL) != (its & 0xffff_ffffL)) {
            add(
                    "wrong-checksum",
                    export.name(),
                    "the kernel answers -EINVAL: it disagrees about the version of the symbol; 0x%08x here, 0x%08x there"
                            .formatted(own, its),
                    "build the patch with the Module.symvers of this kernel");
        }
    }

    private void add(String rule, String subject, String message, String remedy) {
        findings.add(Finding.error(rule, subject, module.file(), message, remedy));
    }
}
