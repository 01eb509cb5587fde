package suture.match;

import org.jspecify.annotations.Nullable;

import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph.Place;
import suture.graph.Reference;
import suture.graph.Reference.Reach;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What two references in the same code may mean beside the places that they name. The distance to
 * it is the same in both objects, for it stands in the code or has been taken out of an index.
 *
 * @param section of the original that the first leads to, by its index
 * @param patched section that the second leads to
 * @param shift how far the second's place lies behind the first's, each in its section, in bytes
 * @param fromStart whether the places are starts of something
 * @param beside whether only neighbours may be meant: one of the places is where nothing is, or
 *     where the jumps of another function are
 * @param all whether any place there may be meant, not only the starts of arrays
 */
record Neighbours(
        int section, int patched, long shift, boolean fromStart, boolean beside, boolean all) {
    /** Two at the same distance. */
    record Pair(Place original, Place patched) {}

    /**
     * What lies in a section.
     *
     * @param places by offset
     * @param bases their names in the source, in the same order
     * @param names the same as a set
     */
    record Layout(List<Place> places, List<String> bases, Set<String> names) {
        static Layout of(List<Place> places) {
            List<String> bases =
                    places.stream().map(place -> NameGrammar.base(place.atom().name())).toList();
            return new Layout(places, bases, Set.copyOf(new HashSet<>(bases)));
        }
    }

    /**
     * @param a what refers in the original
     * @param b what refers in the patched object
     */
    static Neighbours of(Atom a, Reference r, Atom b, Reference s) {
        boolean all = r.reach() == Reach.SECTION || s.reach() == Reach.SECTION;
        return new Neighbours(
                Shape.home(r).index(),
                Shape.home(s).index(),
                place(s) - place(r),
                r.targetOffset() == 0 && s.targetOffset() == 0,
                !all && (isBeside(a, r) || isBeside(b, s)),
                all);
    }

    private static long place(Reference reference) {
        return reference.target().extents().get(reference.targetExtent()).offset()
                + reference.targetOffset();
    }

    /** Whether nothing is there, or what only the jump of another function reads. */
    private static boolean isBeside(Atom user, Reference reference) {
        Atom target = reference.target();
        long size = target.extents().get(reference.targetExtent()).size();
        return reference.targetOffset() < 0
                || reference.targetOffset() >= size
                || (target.isJumpTable()
                        && !target.references().isEmpty()
                        && target.references().stream().noneMatch(r -> r.target() == user));
    }

    /**
     * The pairs that must be equal; null if the layout alone says that something else may be meant.
     * What has been added, or has gone, is meant by nobody that is compared.
     *
     * @param before the original section
     * @param after the patched one
     */
    @Nullable List<Pair> pairs(Layout before, Layout after) {
        List<Place> ours = before.places;
        List<Place> theirs = after.places;
        List<Pair> pairs = new ArrayList<>();
        int gone = 0;
        int added = 0;
        int i = 0;
        int j = 0;
        while (i < ours.size() || j < theirs.size()) {
            long apart =
                    i == ours.size()
                            ? 1
                            : j == theirs.size()
                                    ? -1
                                    : ours.get(i).offset() + shift - theirs.get(j).offset();
            if (apart == 0) {
                if (all || counts(before, i, after, j)) {
                    pairs.add(new Pair(ours.get(i), theirs.get(j)));
                }
                i++;
                j++;
            } else if (apart < 0
                    ? crosses(ours.get(i), shift, theirs, j)
                    : crosses(theirs.get(j), -shift, ours, i)) {
                return null;
            } else if (apart < 0) {
                gone++;
                i++;
            } else {
                added++;
                j++;
            }
        }
        boolean none = beside && pairs.isEmpty();
        return none || (all && gone > 0 && added > 0) ? null : pairs;
    }

    /** Whether the place has no counterpart although others lie there. */
    private boolean crosses(Place place, long shift, List<Place> others, int next) {
        if (next == 0) {
            return false;
        }
        Place before = others.get(next - 1);
        long end = before.offset() + before.atom().extents().get(before.extent()).size();
        boolean overlaps = end > place.offset() + shift;
        return all
                ? overlaps || next < others.size()
                : overlaps && isUnnamed(place) && isUnnamed(before);
    }

    /** Whether the place may be in the middle of what is meant: nothing says where that starts. */
    private boolean isUnnamed(Place place) {
        return place.atom().kind() == Atom.Kind.CONTENT && mayBeMeant(place.atom());
    }

    /**
     * A table of jumps is read by its own jump only, and that from its start; what a macro made for
     * one site is read with no index at all. What the compiler made for one function is not read
     * from its start here and from the start of something else there.
     */
    private boolean mayBeMeant(Atom atom) {
        boolean own = NameGrammar.isSwitchTable(atom.name());
        return !atom.isJumpTable()
                && !atom.madeForSite()
                && !(fromStart && own && atom.isUsedFromStart());
    }

    /**
     * Whether one of the two may be meant in the original, and the other in the patched object: not
     * if they are of different origin, or if both are still there under their names.
     */
    private boolean counts(Layout before, int i, Layout after, int j) {
        Atom a = before.places.get(i).atom();
        Atom b = after.places.get(j).atom();
        String x = before.bases.get(i);
        String y = after.bases.get(j);
        return a.kind() == b.kind()
                && (x.equals(y) || !after.names.contains(x) || !before.names.contains(y))
                && NameGrammar.isSwitchTable(a.name()) == NameGrammar.isSwitchTable(b.name())
                && mayBeMeant(a)
                && mayBeMeant(b);
    }
}
