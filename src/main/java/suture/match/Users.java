package suture.match;

import org.jspecify.annotations.Nullable;

import suture.graph.Atom;
import suture.graph.ObjectGraph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What things that are certain say of those they use, whose names decide nothing: if one of a base
 * was used and its twin uses one of that base, the two are the same. Each use leaves its
 * candidates; where two uses contradict each other, none is left.
 */
final class Users {
    /** Things of one base that twins use and that have no twin themselves. */
    private record Use(Set<Atom> ours, Set<Atom> theirs) {}

    private final Correlation correlation;
    private final Function<Atom, String> base;
    private final Map<Atom, List<Use>> uses = new HashMap<>();

    private Users(Correlation correlation, Predicate<Atom> wanted, Function<Atom, String> base) {
        this.correlation = correlation;
        this.base = base;
        Set<Atom> ours = free(correlation.original(), wanted.and(this::freeOriginal));
        Set<Atom> theirs = free(correlation.patched(), wanted.and(this::freePatched));
        Set<String> bases = ours.stream().map(base).collect(Collectors.toSet());
        theirs.removeIf(a -> !bases.contains(base.apply(a)));
        if (!theirs.isEmpty()) {
            enter(ours, theirs);
        }
    }

    /**
     * Pairs what only one candidate is left for on each side.
     *
     * @param wanted the things in question, of both objects
     * @param base what two of them have in common if they can be twins
     */
    static void pair(Correlation correlation, Predicate<Atom> wanted, Function<Atom, String> base) {
        Users users = new Users(correlation, wanted, base);
        int before;
        do {
            before = correlation.size();
            users.pairOnlyCandidates();
        } while (correlation.size() > before);
    }

    private static Set<Atom> free(ObjectGraph graph, Predicate<Atom> wanted) {
        Set<Atom> free = new LinkedHashSet<>();
        for (Atom atom : graph.atoms()) {
            if (!atom.extents().isEmpty() && wanted.test(atom)) {
                free.add(atom);
            }
        }
        return free;
    }

    private boolean freeOriginal(Atom atom) {
        return correlation.patchedOf(atom) == null;
    }

    private boolean freePatched(Atom atom) {
        return correlation.originalOf(atom) == null;
    }

    private void enter(Set<Atom> ours, Set<Atom> theirs) {
        for (Atom user : correlation.original().atoms()) {
            Atom twin = correlation.patchedOf(user);
            if (twin == null || user.references().isEmpty()) {
                continue;
            }
            Map<String, Set<Atom>> before = used(user, ours);
            if (before.isEmpty()) {
                continue;
            }
            used(twin, theirs)
                    .forEach((name, after) -> {
                        Set<Atom> own = before.get(name);
                        if (own != null) {
                            enter(new Use(own, after));
                        }
                    });
        }
    }

    private void enter(Use use) {
        use.ours.forEach(a -> uses.computeIfAbsent(a, x -> new ArrayList<>()).add(use));
        use.theirs.forEach(a -> uses.computeIfAbsent(a, x -> new ArrayList<>()).add(use));
    }

    private Map<String, Set<Atom>> used(Atom user, Set<Atom> of) {
        Map<String, Set<Atom>> used = new LinkedHashMap<>();
        for (Atom target : Reach.of(user)) {
            if (of.contains(target)) {
                used.computeIfAbsent(base.apply(target), b -> new LinkedHashSet<>()).add(target);
            }
        }
        return used;
    }

    private void pairOnlyCandidates() {
        for (Atom ours : correlation.original().atoms()) {
            if (freeOriginal(ours)) {
                Atom theirs = only(ours, Use::theirs, this::freePatched);
                if (theirs != null && only(theirs, Use::ours, this::freeOriginal) == ours) {
                    correlation.pair(ours, theirs);
                }
            }
        }
    }

    /** The one candidate that all uses agree on, or null. */
    private @Nullable Atom only(Atom atom, Function<Use, Set<Atom>> side, Predicate<Atom> free) {
        Set<Atom> left = null;
        for (Use use : uses.getOrDefault(atom, List.of())) {
            Set<Atom> candidates =
                    side.apply(use).stream()
                            .filter(free)
                            .collect(Collectors.toCollection(LinkedHashSet::new));
            if (candidates.isEmpty()) {
                continue;
            }
            if (left == null) {
                left = candidates;
            } else {
                left.retainAll(candidates);
            }
        }
        return left == null || left.size() != 1 ? null : left.iterator().next();
    }
}
