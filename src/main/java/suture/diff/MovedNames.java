package suture.diff;

import org.jspecify.annotations.Nullable;

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
        if (original.atoms().stream().allMatch(a -> keepsNames(a, correlation.patchedOf(a)))) {
            return List.of();
        }
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

    /** Whether all names of it that others know are names of its twin; there are no two of one. */
    private static boolean keepsNames(Atom atom, @Nullable Atom twin) {
        for (Symbol symbol : atom.extents().isEmpty() ? List.<Symbol>of() : atom.symbols()) {
            if (!symbol.isLocal() && (twin == null || !hasName(twin, symbol.name()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasName(Atom atom, String name) {
        for (Symbol symbol : atom.symbols()) {
            if (!symbol.isLocal() && symbol.name().equals(name)) {
                return true;
            }
        }
        return false;
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
