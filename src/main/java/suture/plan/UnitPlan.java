package suture.plan;

import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one translation unit contributes to the payload.
 *
 * @param unit the unit's path in its source tree, or the patched object's name
 * @param owner the running object the unit is part of: {@code vmlinux}, a module's name, an
 *     executable or library
 * @param original the original object
 * @param patched the patched object
 * @param pieces in the order of the patched object's sections and offsets
 * @param replacements in the same order
 * @param callbacks what the livepatch core is to call for the running object; at most one for each
 *     moment in all units of an object, or a finding refuses
 */
public record UnitPlan(
        String unit,
        String owner,
        ElfObject original,
        ElfObject patched,
        List<Piece> pieces,
        List<Replacement> replacements,
        List<Callback> callbacks) {
    /**
     * Refuses what the unit adds under a global name that the running object has already, from
     * another unit: a function that moves from file to file, a definition in the place of a weak
     * one. What is not replaced goes on to use what runs. Code that a compiler puts into every unit
     * that needs it (a group of which a linker keeps one) is left out: one copy is as good as
     * another.
     *
     * @param global whether a symbol's name is a global one of the running object
     */
    public List<Finding> secondDefinitions(Predicate<Symbol> global) {
        Set<String> before = new HashSet<>();
        original.symbols().stream()
                .filter(symbol -> !symbol.isLocal() && !symbol.isUndefined())
                .forEach(symbol -> before.add(symbol.name()));
        Set<Symbol> replaced = new HashSet<>();
        replacements.forEach(replacement -> replaced.add(replacement.patched()));
        Set<Section> copies = new HashSet<>();
        patched.groups().forEach(group -> copies.addAll(group.members()));
        List<Finding> findings = new ArrayList<>();
        for (Piece piece : pieces) {
            boolean copy = piece.kind() == Piece.Kind.CODE && copies.contains(piece.section());
            for (Symbol symbol : copy ? List.<Symbol>of() : piece.symbols()) {
                if (!symbol.isLocal()
                        && !replaced.contains(symbol)
                        && !before.contains(symbol.name())
                        && global.test(symbol)) {
                    findings.add(
                            Finding.error(
                                    "second-definition",
                                    symbol.name(),
                                    unit,
                                    "the patch adds it to this unit, and "
                                            + owner
                                            + " has one of that name from another one, which all"
                                            + " that is not replaced goes on to use",
                                    "leave it where it was and change it there, or give the new one"
                                            + " another name"));
                }
            }
        }
        return findings;
    }
}
