package suture.plan;

import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a unit adds under a global name that its running object has already, from another unit: a
 * function that moves from file to file, a definition in the place of a weak one. What is not
 * replaced goes on to use what runs, and only the running object tells that there is such a thing:
 * its unit need not be part of the patch.
 */
public final class SecondDefinitions {
    private SecondDefinitions() {}

    /**
     * Refuses them. Code that a compiler puts into every unit that needs it (a group of which a
     * linker keeps one) is left out: one copy is as good as another.
     *
     * @param global whether a symbol's name is a global one of the running object
     */
    public static List<Finding> check(UnitPlan plan, Predicate<Symbol> global) {
        Set<String> before = new HashSet<>();
        plan.original().symbols().stream()
                .filter(symbol -> !symbol.isLocal() && !symbol.isUndefined())
                .forEach(symbol -> before.add(symbol.name()));
        Set<Symbol> replaced = new HashSet<>();
        plan.replacements().forEach(replacement -> replaced.add(replacement.patched()));
        Set<Section> copies = new HashSet<>();
        plan.patched().groups().forEach(group -> copies.addAll(group.members()));
        List<Finding> findings = new ArrayList<>();
        for (Piece piece : plan.pieces()) {
            if (piece.kind() != Piece.Kind.CODE || !copies.contains(piece.section())) {
                piece.symbols().stream()
                        .filter(symbol -> !symbol.isLocal() && !replaced.contains(symbol))
                        .filter(symbol -> !before.contains(symbol.name()) && global.test(symbol))
                        .forEach(symbol -> findings.add(finding(plan, symbol)));
            }
        }
        return findings;
    }

    private static Finding finding(UnitPlan plan, Symbol symbol) {
        return Finding.error(
                "second-definition",
                symbol.name(),
                plan.unit(),
                "the patch adds it to this unit, and "
                        + plan.owner()
                        + " has one of that name from another one, which all that is not replaced"
                        + " goes on to use",
                "leave it where it was and change it there, or give the new one another name");
    }
}
