package suture.match;

import suture.graph.Atom;
import suture.graph.NameGrammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pairs without twins that one comparison takes for the same; each atom is in one pair. */
final class Assumptions {
    /** A pair that an equality depends on. */
    record Pair(Atom original, Atom patched) {}

    private final Correlation correlation;
    private final boolean allowed;
    private final Map<Atom, Atom> forward = new HashMap<>();
    private final Map<Atom, Atom> backward = new HashMap<>();

    /**
     * @param allowed whether things without twins may be the same at all
     */
    Assumptions(Correlation correlation, boolean allowed) {
        this.correlation = correlation;
        this.allowed = allowed;
    }

    /** Forgets all, and begins with the two that are compared. */
    void start(Atom original, Atom patched) {
        forward.clear();
        backward.clear();
        if (correlation.free(original, patched)) {
            put(original, patched);
        }
    }

    private void put(Atom original, Atom patched) {
        forward.put(original, patched);
        backward.put(patched, original);
    }

    boolean same(Atom original, Atom patched) {
        return forward.get(original) == patched;
    }

    /** All pairs, in the order of the original. */
    List<Pair> pairs() {
        List<Pair> all = new ArrayList<>(forward.size());
        forward.forEach((a, b) -> all.add(new Pair(a, b)));
        all.sort(Comparator.comparingInt(t -> t.original().id()));
        return all;
    }

    /**
     * Takes the states of two sites for the same, which may well be fresh: only one for one, for
     * sites that shared theirs must share it still.
     */
    boolean pairSites(Atom x, Atom y) {
        if (!correlation.free(x, y) || forward.containsKey(x) || backward.containsKey(y)) {
            return false;
        }
        if (x.kind() == y.kind()) {
            put(x, y);
        }
        return true;
    }

    /**
     * Takes two things without twins for the same, where that is allowed, consistent and not
     * refuted by their shape.
     */
    boolean assume(Atom x, Atom y) {
        if (!allowed
                || !correlation.free(x, y)
                || x.kind() != y.kind()
                || x.kind() == Atom.Kind.EXTERNAL
                || forward.containsKey(x)
                || backward.containsKey(y)) {
            return false;
        }
        boolean alike =
                x.code()
                        ? NameGrammar.base(x.name()).equals(NameGrammar.base(y.name()))
                        : x.size() == y.size() && x.state() == y.state() && Shape.sameBytes(x, y);
        if (alike) {
            put(x, y);
        }
        return alike;
    }
}
