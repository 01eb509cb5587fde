package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.SpecialSections;
import suture.plan.Piece;
import suture.plan.UnitPlan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tables about sites in travelling code that nobody here knows: without their entries the code
 * would not do what its source says, so the patch is refused.
 */
final class UnknownTables {
    /** Sections that hold things with names, or are not loaded once the hypervisor runs. */
    private static final Pattern PLAIN =
            Pattern.compile("\\.(rodata|data|bss|text|init|exit|livepatch|discard)([._].*)?");

    private UnknownTables() {}

    static List<Finding> of(UnitPlan plan) {
        Map<Section, List<Piece>> code = new HashMap<>();
        for (Piece piece : plan.pieces()) {
            if (piece.kind() == Piece.Kind.CODE) {
                code.computeIfAbsent(piece.section(), _ -> new ArrayList<>()).add(piece);
            }
        }
        Set<Finding> findings = new LinkedHashSet<>();
        ElfObject object = plan.patched();
        for (Section section : object.sections()) {
            if (isUnknown(section)) {
                for (Relocation relocation : object.relocations(section)) {
                    Piece site = site(code, relocation);
                    if (site != null) {
                        findings.add(
                                Finding.error(
                                        "unknown-special-section",
                                        section.name(),
                                        plan.unit() + ": " + site,
                                        "the section has an entry about this code, and neither"
                                                + " its form nor whether the loader reads it is"
                                                + " known",
                                        "write the patch so that the changed code does without"
                                                + " this construct"));
                    }
                }
            }
        }
        return List.copyOf(findings);
    }

    private static boolean isUnknown(Section section) {
        return section.has(Elf.SHF_ALLOC)
                && !section.has(Elf.SHF_EXECINSTR)
                && section.type() == Elf.SHT_PROGBITS
                && SpecialSections.named(section.name()) == null
                && !PLAIN.matcher(section.name()).matches();
    }

    private static @Nullable Piece site(Map<Section, List<Piece>> code, Relocation relocation) {
        Symbol symbol = relocation.symbol();
        long at = symbol.value() + relocation.addend();
        return code.getOrDefault(symbol.section(), List.of()).stream()
                .filter(piece -> at >= piece.offset() && at < piece.offset() + piece.size())
                .findFirst()
                .orElse(null);
    }
}
