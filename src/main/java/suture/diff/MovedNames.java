package suture.diff;

import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.match.Correlation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names that other files know and that mean something else in the patched object: an alias of
 * another function, or one that has a body of its own now. Nothing can be redirected for that: the
 * name and what it was another name of have one address.
 */
final class MovedNames {
    private MovedNames() {}

    static List<Finding> check(ObjectGraph original, ObjectGraph patched, Correlation correlation) {
        Map<String, Atom> meanings = new HashMap<>();
        for (Atom atom : patched.atoms()) {
            for (Symbol symbol : known(atom)) {
                meanings.put(symbol.name(), atom);
            }
        }
        List<Finding> findings = new ArrayList<>();
        for (Atom atom : original.atoms()) {
            for (Symbol symbol : known(atom)) {
                Atom now = meanings.get(symbol.name());
                if (now != null && now != correlation.patchedOf(atom)) {
                    findings.add(moved(symbol, atom, now));
                }
            }
        }
        return findings;
    }

    private static List<Symbol> known(Atom atom) {
        return atom.extents().isEmpty()
                ? List.of()
                : atom.symbols().stream()
                        .filter(s -> !s.isLocal() && NameGrammar.isContract(s.name()))
                        .toList();
    }

    private static Finding moved(Symbol symbol, Atom before, Atom now) {
        return Finding.error(
                "moved-name",
                symbol.name(),
                now.section() + ": " + now,
                "it was a name of "
                        + before
                        + " and is one of "
                        + now
                        + "; who uses it from elsewhere goes on to reach "
                        + before,
                "keep what the name stands for, and change the body of that or who uses it");
    }
}
