package suture.target.linux.verify;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfHeader;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.finding.Finding;
import suture.target.linux.image.KernelIdentity;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleInfo;
import suture.target.linux.klp.ModuleFacts;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What the module says it is, and for which kernel. */
final class IdentityRules {
    /** Linux 6.1 {@code include/linux/license.h}. */
    private static final Set<String> FREE =
            Set.of(
                    "GPL",
                    "GPL v2",
                    "GPL and additional rights",
                    "Dual BSD/GPL",
                    "Dual MIT/GPL",
                    "Dual MPL/GPL");

    private static final int NAME = 56;

    private final ElfObject module;
    private final ModuleInfo info;
    private final KernelImage kernel;
    private final KernelIdentity identity;
    private final Collection<Finding> findings;

    IdentityRules(
            ElfObject module,
            ModuleInfo info,
            KernelImage kernel,
            KernelIdentity identity,
            Collection<Finding> findings) {
        this.module = module;
        this.info = info;
        this.kernel = kernel;
        this.identity = identity;
        this.findings = findings;
    }

    void check() {
        ElfHeader own = module.header();
        ElfHeader its = kernel.elf().header();
        if (own.type() != Elf.ET_REL
                || own.machine() != its.machine()
                || own.is64() != its.is64()) {
            add(
                    "wrong-machine",
                    "ELF header",
                    "the kernel answers -ENOEXEC: it is not a relocatable object for its machine",
                    "build it for the machine of " + kernel.elf().file());
        }
        Section self = module.section(".gnu.linkonce.this_module");
        if (self == null || module.relocations(self).isEmpty()) {
            add(
                    "no-module",
                    ".gnu.linkonce.this_module",
                    "the kernel answers -ENOEXEC: there is no struct module with an init function",
                    "link the module with its glue");
        }
        vermagic();
        livepatch();
        baseline("suture_release", identity.release());
        baseline("suture_build", identity.version());
        Bytes id = identity.buildId();
        baseline("suture_vmlinux", id == null ? null : id.hex());
    }

    private void vermagic() {
        String own = info.value("vermagic");
        String its = ModuleFacts.vermagic(kernel);
        boolean same =
                own != null
                        && (info.versions().isEmpty()
                                ? own.equals(its)
                                : options(own).equals(options(its)));
        if (!same) {
            add(
                    "wrong-vermagic",
                    ".modinfo",
                    "the kernel answers -ENOEXEC: version magic '"
                            + own
                            + "' should be '"
                            + its
                            + "'",
                    "build it with the headers of this kernel");
        }
    }

    /** With checksums the loader leaves out the release. */
    private static String options(String vermagic) {
        int space = vermagic.indexOf(' ');
        return space < 0 ? "" : vermagic.substring(space);
    }

    private void livepatch() {
        if (!List.of("Y").equals(info.values().get("livepatch"))) {
            add(
                    "not-a-livepatch",
                    ".modinfo",
                    "the kernel answers -EINVAL: the module is not marked as a livepatch module",
                    "add MODULE_INFO(livepatch, \"Y\")");
        }
        String license = info.value("license");
        if (license == null || !FREE.contains(license)) {
            add(
                    "license",
                    ".modinfo",
                    "the kernel answers -ENOENT: it gives klp_enable_patch to GPL modules only,"
                            + " this one says "
                            + license,
                    "add MODULE_LICENSE(\"GPL\")");
        }
        String name = info.value("name");
        if (name == null || name.isEmpty() || name.length() >= NAME) {
            add(
                    "module-name",
                    ".modinfo",
                    "a module's name has 1 to " + (NAME - 1) + " characters, this one is " + name,
                    "rename the module");
        }
    }

    private void baseline(String key, @Nullable String its) {
        String own = info.value(key);
        if (own != null && !own.equals(its)) {
            add(
                    "wrong-baseline",
                    ".modinfo " + key,
                    "it is made for '" + own + "', this kernel is '" + its + "'",
                    "build the patch for this kernel");
        }
    }

    private void add(String rule, String place, String message, String remedy) {
        findings.add(Finding.error(rule, module.file(), place, message, remedy));
    }
}
