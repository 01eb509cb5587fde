package suture.target.linux.verify;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.target.linux.klp.KlpNames;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The form of relocations, ordinary and livepatch ones. */
final class FormatRules {
    /** Widths of the relocation types that the x86-64 loader knows, by type. */
    private static final Map<Integer, Integer> X86 =
            Map.of(0, 0, 1, 8, 2, 4, 4, 4, 10, 4, 11, 4, 24, 8);

    private final ElfObject module;
    private final Collection<Finding> findings;
    private final Map<Section, Set<Long>> filled = new HashMap<>();

    FormatRules(ElfObject module, Collection<Finding> findings) {
        this.module = module;
        this.findings = findings;
    }

    void check() {
        for (RelocationSection section : module.relocationSections()) {
            Section target = section.target();
            if (target != null && target.has(Elf.SHF_ALLOC)) {
                check(section, target);
            } else if (isLivepatch(section.section())) {
                add(
                        "livepatch-section-target",
                        section.section().name(),
                        "it applies to a section that is not loaded, so the kernel ignores it",
                        "make its sh_info name a section with SHF_ALLOC");
            }
        }
    }

    static boolean isLivepatch(Section section) {
        return section.has(Elf.SHF_RELA_LIVEPATCH);
    }

    static boolean isLivepatch(Symbol symbol) {
        return symbol.place() instanceof Symbol.Place.Reserved(int code)
                && code == Elf.SHN_LIVEPATCH;
    }

    private void check(RelocationSection relocations, Section target) {
        Section section = relocations.section();
        boolean livepatch = isLivepatch(section);
        boolean named = section.name().startsWith(KlpNames.RELA);
        if (livepatch && KlpNames.object(section.name()) == null) {
            add(
                    "livepatch-section-name",
                    section.name(),
                    "the kernel answers -EINVAL: a livepatch relocation section is called"
                            + " .klp.rela.OBJECT.SECTION",
                    "rename the section; OBJECT has at most 55 characters and no dot");
        }
        if (named && !livepatch) {
            add(
                    "livepatch-section-flag",
                    section.name(),
                    "it lacks SHF_RELA_LIVEPATCH, so the loader applies it before its symbols are"
                            + " known",
                    "set flag 0x100000; a tool that copied the file may have dropped it");
        }
        if (livepatch && !section.has(Elf.SHF_ALLOC)) {
            add(
                    "livepatch-section-flag",
                    section.name(),
                    "it lacks SHF_ALLOC, so it is gone when a module arrives later",
                    "set flag 2");
        }
        for (Relocation relocation : relocations.entries()) {
            check(section, target, livepatch, relocation);
        }
    }

    private void check(Section section, Section target, boolean livepatch, Relocation relocation) {
        String place = section.name() + "+0x" + Long.toHexString(relocation.offset());
        Symbol symbol = relocation.symbol();
        if (livepatch && !isLivepatch(symbol)) {
            add(
                    "not-a-livepatch-symbol",
                    place,
                    "the kernel answers -EINVAL: "
                            + symbol
                            + " is not marked as a livepatch symbol",
                    "give the symbol section index 0xff20, or move the relocation");
        }
        if (!livepatch && isLivepatch(symbol)) {
            add(
                    "livepatch-symbol-outside",
                    place,
                    "the loader takes "
                            + symbol
                            + " for address 0: no livepatch section resolves it",
                    "move the relocation to a .klp.rela section");
        }
        if (module.header().machine() == Elf.EM_X86_64) {
            field(target, place, relocation);
        }
    }

    private void field(Section target, String place, Relocation relocation) {
        Integer width = X86.get(relocation.type());
        long at = relocation.offset();
        if (width == null) {
            add(
                    "relocation-type",
                    place,
                    "the kernel answers -ENOEXEC: unknown relocation type " + relocation.type(),
                    "compile without position-independent code");
            return;
        }
        if (at < 0 || at > target.size() - width) {
            add(
                    "relocation-outside",
                    place,
                    "it lies outside of " + target + ", which has " + target.size() + " bytes",
                    "the file is damaged: build it again");
            return;
        }
        boolean zero = true;
        for (long i = at; i < at + width && !target.isNobits(); i++) {
            zero &= target.content().u8(i) == 0;
        }
        if (!zero) {
            add(
                    "relocation-target-not-zero",
                    place,
                    "the kernel answers -ENOEXEC: invalid relocation target, existing value is"
                            + " nonzero",
                    "clear the field");
        }
        if (width > 0 && !filled.computeIfAbsent(target, _ -> new HashSet<>()).add(at)) {
            add(
                    "relocated-twice",
                    place,
                    "two relocations fill the same field: the second one finds it nonzero",
                    "keep one of them");
        }
    }

    private void add(String rule, String place, String message, String remedy) {
        findings.add(Finding.error(rule, module.file(), place, message, remedy));
    }
}
