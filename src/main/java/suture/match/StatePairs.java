package suture.match;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.NameGrammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Step 5 of the essay: variables that hold state and that only their users can tell apart. A wrong
 * twin would hand one variable's value to another, so what is not certain is refused.
 */
final class StatePairs {
    private final Correlation correlation;
    private final Names names;
    private final Set<Atom> reported = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    private StatePairs(Correlation correlation, Names names) {
        this.correlation = correlation;
        this.names = names;
    }

    /** Pairs what is certain, and says what is not. */
    static List<Finding> pair(Correlation correlation, Names names) {
        StatePairs pairs = new StatePairs(correlation, names);
        Users.pair(correlation, StatePairs::isState, a -> NameGrammar.base(a.name()));
        pairs.pairByFunctions();
        pairs.refuseLeft();
        return pairs.findings;
    }

    private static boolean isState(Atom atom) {
        return atom.state() && atom.kind() == Atom.Kind.VARIABLE && !atom.madeForSite();
    }

    private void pairByFunctions() {
        for (Atom function : correlation.original().atoms()) {
            Atom twin = correlation.patchedOf(function);
            if (twin == null || !function.code()) {
                continue;
            }
            Map<String, Set<Atom>> ours = freeState(function, true);
            freeState(twin, false)
                    .forEach((base, theirs) -> {
                        Set<Atom> candidates = ours.getOrDefault(base, new LinkedHashSet<>());
                        if (candidates.size() + theirs.size() > 2) {
                            pairByShape(candidates, theirs);
                        }
                        refuse(function.name(), candidates, theirs);
                    });
        }
    }

    /** File-scope state that no pair of functions decides about, and that changed code uses. */
    private void refuseLeft() {
        Predicate<Atom> wanted = a -> isState(a) && names.isFileScope(a);
        Map<String, List<Atom>> ours = correlation.freeOriginals(wanted, names::base);
        Map<String, List<Atom>> theirs = correlation.freePatched(wanted, names::base);
        theirs.keySet().retainAll(ours.keySet());
        if (theirs.isEmpty()) {
            return;
        }
        for (Atom function : correlation.patched().atoms()) {
            if (function.code()) {
                for (Atom target : Reach.of(function)) {
                    String key = names.base(target);
                    if (theirs.getOrDefault(key, List.of()).contains(target)) {
                        Set<Atom> mine = new LinkedHashSet<>(ours.get(key));
                        Set<Atom> its = new LinkedHashSet<>(List.of(target));
                        refuse(function.name(), mine, its);
                    }
                }
            }
        }
    }

    private void refuse(String user, Set<Atom> ours, Set<Atom> theirs) {
        ours.removeIf(a -> correlation.patchedOf(a) != null);
        theirs.removeIf(a -> correlation.originalOf(a) != null);
        if (!ours.isEmpty() && !theirs.isEmpty() && reported.addAll(theirs)) {
            findings.add(
                    Finding.error(
                            "ambiguous-state",
                            NameGrammar.base(theirs.iterator().next().name()),
                            user,
                            "the running variables "
                                    + ours
                                    + " and the patched ones "
                                    + theirs
                                    + " cannot be told apart: each may hold the state of the other",
                            "give the static variables of "
                                    + user
                                    + " different names, or leave their uses as they are"));
        }
    }

    private void pairByShape(Set<Atom> ours, Set<Atom> theirs) {
        for (Atom candidate : List.copyOf(theirs)) {
            List<Atom> alike = ours.stream().filter(a -> alike(a, candidate)).toList();
            long rivals =
                    theirs.stream()
                            .filter(t -> !alike.isEmpty() && alike(alike.getFirst(), t))
                            .count();
            if (alike.size() == 1 && rivals == 1 && correlation.free(alike.getFirst(), candidate)) {
                correlation.pair(alike.getFirst(), candidate);
            }
        }
    }

    private static boolean alike(Atom a, Atom b) {
        return a.size() == b.size() && Shape.sameBytes(a, b);
    }

    /** The static locals that a function uses and that have no twin yet, by base. */
    private Map<String, Set<Atom>> freeState(Atom function, boolean ofOriginal) {
        Map<String, Set<Atom>> state = new LinkedHashMap<>();
        for (Atom target : Reach.of(function)) {
            boolean free =
                    ofOriginal
                            ? correlation.patchedOf(target) == null
                            : correlation.originalOf(target) == null;
            if (free && isState(target)) {
                state.computeIfAbsent(NameGrammar.base(target.name()), k -> new LinkedHashSet<>())
                        .add(target);
            }
        }
        return state;
    }
}
