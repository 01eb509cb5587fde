package suture.match;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.match.Neighbours.Layout;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The neighbours that have been compared, and how things lie in the sections looked at so far. */
final class Surroundings {
    /**
     * How many places are looked at for their distances from others, at most: where thousands of
     * things have changed their order, and none has a section of its own, what is left counts as
     * changed.
     */
    private static final long PATIENCE = 5_000_000;

    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final Map<Section, Layout> before = new HashMap<>();
    private final Map<Section, Layout> after = new HashMap<>();
    private final Set<Neighbours> equal = new HashSet<>();
    private final Set<Neighbours> assumed = new HashSet<>();

    /** How many places have been looked at for their distances from others. */
    private long walked;

    Surroundings(Correlation correlation) {
        this.original = correlation.original();
        this.patched = correlation.patched();
    }

    /** Before a comparison. */
    void start() {
        assumed.clear();
    }

    /** After a comparison that found no difference. */
    void settle() {
        equal.addAll(assumed);
    }

    /**
     * What must be equal if two references are to mean the same: nothing if this comparison, or an
     * earlier one that found no difference, has looked at it; null if something else may be meant,
     * or nobody can tell in time.
     */
    @Nullable List<Neighbours.Pair> pairs(Neighbours neighbours, Reference r, Reference s) {
        if (equal.contains(neighbours) || !assumed.add(neighbours)) {
            return List.of();
        }
        Layout x = before.computeIfAbsent(Shape.home(r), h -> Layout.of(original.placesIn(h)));
        Layout y = after.computeIfAbsent(Shape.home(s), h -> Layout.of(patched.placesIn(h)));
        walked += x.places().size() + y.places().size();
        return walked > PATIENCE ? null : neighbours.pairs(x, y);
    }
}
