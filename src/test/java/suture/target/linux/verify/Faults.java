package suture.target.linux.verify;

import static suture.target.linux.verify.Faults.Kernel.HARMED;
import static suture.target.linux.verify.Faults.Kernel.NOT_INTERESTED;
import static suture.target.linux.verify.Faults.Kernel.SAFE_TO_ASK;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Symbol;

import java.util.List;

/** What can be wrong with a module, each with the rule that finds it and what the kernel does. */
final class Faults {
    private static final String KLP = ".klp.rela.vmlinux..text";
    private static final String SWAP = ".klp.sym.vmlinux.total_swap_pages,0";
    private static final long FLAGS = Elf.SHF_ALLOC | Elf.SHF_INFO_LINK | Elf.SHF_RELA_LIVEPATCH;

    /** What Linux 6.1 makes of a fault. */
    enum Kernel {
        /** It checks for that: its answer can be compared. */
        SAFE_TO_ASK,
        /** It does not check and writes where it should not, now or later. */
        HARMED,
        /** It does not read what only Suture reads, or has a laxer rule that harms nobody. */
        NOT_INTERESTED
    }

    record Fault(String rule, String name, Edit edit, Kernel kernel) {}

    private Faults() {}

    static final List<Fault> ALL =
            List.of(
                    fault(
                            "no-module",
                            "no module section",
                            Edit.section(".gnu.linkonce.this_module", ".gnu.x", 3),
                            SAFE_TO_ASK),
                    fault(
                            "wrong-vermagic",
                            "another vermagic",
                            info("SMP preempt", "SMP"),
                            SAFE_TO_ASK),
                    fault(
                            "not-a-livepatch",
                            "no livepatch information",
                            info("livepatch=Y", "livepatcx=Y"),
                            SAFE_TO_ASK),
                    fault(
                            "license",
                            "licence BSD",
                            info("license=GPL", "license=BSD"),
                            SAFE_TO_ASK),
                    fault(
                            "module-name",
                            "too long a name in .modinfo",
                            info("name=lp", "name=" + "x".repeat(56)),
                            NOT_INTERESTED),
                    fault(
                            "wrong-baseline",
                            "another build line",
                            info("suture_build=#1", "suture_build=#2"),
                            NOT_INTERESTED),
                    fault(
                            "wrong-baseline",
                            "another build id",
                            info("suture_vmlinux=", "suture_vmlinux=0"),
                            NOT_INTERESTED),
                    fault(
                            "livepatch-section-name",
                            "a livepatch section without an object",
                            Edit.section(KLP, ".klp.rela.", FLAGS),
                            SAFE_TO_ASK),
                    fault(
                            "livepatch-section-name",
                            "a livepatch section of a module without a target",
                            Edit.section(KLP, ".klp.rela.x", FLAGS),
                            HARMED),
                    fault(
                            "livepatch-section-flag",
                            "a livepatch section that is not kept",
                            Edit.section(KLP, KLP, FLAGS - Elf.SHF_ALLOC),
                            HARMED),
                    fault(
                            "not-a-livepatch-symbol",
                            "an absolute symbol in a livepatch section",
                            Edit.symbol(SWAP, "x", new Symbol.Place.Absolute()),
                            SAFE_TO_ASK),
                    fault(
                            "livepatch-symbol-outside",
                            "a livepatch symbol in an ordinary section",
                            Edit.symbol(
                                    "strcmp", SWAP, new Symbol.Place.Reserved(Elf.SHN_LIVEPATCH)),
                            HARMED),
                    fault(
                            "relocation-type",
                            "a type the kernel does not know",
                            with(".rela.text", 9, 0),
                            SAFE_TO_ASK),
                    fault(
                            "relocation-outside",
                            "a relocation outside its section",
                            with(".rela.text", 2, 1L << 40),
                            HARMED),
                    fault(
                            "relocation-target-not-zero",
                            "a relocation of bytes that are not zero",
                            with(".rela.text", 2, -1),
                            SAFE_TO_ASK),
                    fault(
                            "relocated-twice",
                            "a field relocated twice",
                            Edit.first(".rela.text", r -> List.of(r, r)),
                            SAFE_TO_ASK),
                    fault(
                            "unknown-symbol",
                            "a symbol nobody exports",
                            Edit.symbol("strcmp", "strcmq", null),
                            SAFE_TO_ASK),
                    fault(
                            "wrong-checksum",
                            "another checksum",
                            Edit.text("__versions", "Z%\u00d5\u00e2", "\1\1\1\1"),
                            SAFE_TO_ASK),
                    fault(
                            "no-checksum",
                            "no checksum for a symbol",
                            Edit.text("__versions", "strcmp", "strcmq"),
                            SAFE_TO_ASK),
                    fault(
                            "livepatch-symbol-name",
                            "a livepatch symbol without a position",
                            Edit.symbol(SWAP, ".klp.sym.vmlinux.a", null),
                            SAFE_TO_ASK),
                    fault(
                            "missing-symbol",
                            "a name that is not there",
                            sym("vmlinux.no_such_thing,0"),
                            SAFE_TO_ASK),
                    fault(
                            "ambiguous-symbol",
                            "a name that is there twice, without a position",
                            sym("vmlinux.c_start,0"),
                            SAFE_TO_ASK),
                    fault(
                            "missing-position",
                            "position 99 of few",
                            sym("vmlinux.c_start,99"),
                            SAFE_TO_ASK),
                    fault(
                            "missing-position",
                            "position 2 of one",
                            sym("vmlinux.total_swap_pages,2"),
                            SAFE_TO_ASK),
                    fault(
                            "module-symbol-in-kernel-section",
                            "a module's symbol in the kernel's section",
                            sym("dummy.dummy_setup,0"),
                            SAFE_TO_ASK),
                    fault(
                            "function-list",
                            "a list that cannot be read",
                            info("vmlinux:meminfo_proc_show,0", "meminfo_proc_show"),
                            NOT_INTERESTED),
                    fault(
                            "missing-symbol",
                            "a listed function that is not there",
                            info("vmlinux:meminfo_proc_show", "vmlinux:meminfo_proc_s"),
                            NOT_INTERESTED),
                    fault(
                            "not-a-function",
                            "a listed variable",
                            info("vmlinux:meminfo_proc_show", "vmlinux:total_swap_pages"),
                            NOT_INTERESTED),
                    fault(
                            "not-traceable",
                            "a listed function without a trace site",
                            info("vmlinux:meminfo_proc_show", "vmlinux:do_syscall_64"),
                            NOT_INTERESTED),
                    fault(
                            "replacement-missing",
                            "a listed replacement that is not there",
                            info(",0 meminfo_proc_show", ",0 meminfo_proc_shop"),
                            NOT_INTERESTED));

    /** A symbol of the kernel where relocations wait for a module. */
    static Edit kernelSymbolFor(ElfObject ofModule) {
        return symbolFor(ofModule, ".klp.sym.vmlinux.total_swap_pages,0");
    }

    /** The same for a symbol of another module, which the patched one does not need. */
    static Edit foreignSymbolFor(ElfObject ofModule) {
        return symbolFor(ofModule, ".klp.sym.other.something,0");
    }

    private static Edit symbolFor(ElfObject ofModule, String to) {
        Symbol own =
                ofModule.relocationSections().stream()
                        .filter(r -> r.section().name().equals(".klp.rela.dummy..text"))
                        .findFirst()
                        .orElseThrow()
                        .entries()
                        .getFirst()
                        .symbol();
        return Edit.symbol(own.name(), to, null);
    }

    private static Fault fault(String rule, String name, Edit edit, Kernel kernel) {
        return new Fault(rule, name, edit, kernel);
    }

    private static Edit info(String from, String to) {
        return Edit.text(".modinfo", from, to);
    }

    private static Edit sym(String to) {
        return Edit.symbol(SWAP, ".klp.sym." + to, null);
    }

    /** The first relocation with another type, moved by some bytes. */
    private static Edit with(String section, int type, long by) {
        return Edit.first(
                section,
                r -> List.of(new Relocation(r.offset() + by, type, r.symbol(), r.addend())));
    }
}
