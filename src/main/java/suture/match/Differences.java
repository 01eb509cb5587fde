package suture.match;

import suture.graph.Atom;
import suture.graph.Reference;
import suture.match.Difference.Kind;

import java.util.ArrayList;
import java.util.List;

/** What one comparison has found so far, up to a limit. */
final class Differences {
    /**
     * Where in the compared atom a comparison stands: the first reference that led into content, if
     * one did.
     */
    record Place(int extent, long offset) {
        static final Place TOP = new Place(-1, 0);

        /** Whether the compared atom itself is meant, not what it reaches. */
        boolean top() {
            return extent < 0;
        }
    }

    private final List<Difference> all = new ArrayList<>();
    private final int limit;

    Differences(int limit) {
        this.limit = limit;
    }

    List<Difference> all() {
        return all;
    }

    boolean full() {
        return all.size() >= limit;
    }

    /** False, for the caller to return. */
    boolean add(Kind kind, Atom a, Atom b, Place at, String original, String patched) {
        if (!full()) {
            int extent = Math.max(0, at.extent());
            all.add(new Difference(kind, a, b, extent, at.offset(), original, patched));
        }
        return false;
    }

    boolean content(Atom x, Atom y, Place at) {
        return full() ? false : add(Kind.CONTENT, x, y, at, Content.text(x), Content.text(y));
    }

    boolean target(Atom a, Atom b, Reference r, Reference s, Place at) {
        return full() ? false : add(Kind.TARGET, a, b, at, Content.text(r), Content.text(s));
    }

    /** Says of all from the n-th on that two entries about a site differ. */
    void belongToEntries(int from, Atom x, Atom y) {
        Reference site = EntryText.site(x);
        for (int i = from; i < all.size(); i++) {
            Difference d = all.get(i);
            all.set(
                    i,
                    new Difference(
                            Kind.ENTRY,
                            x,
                            y,
                            site.targetExtent(),
                            site.targetOffset(),
                            EntryText.of(x) + ": " + d.original(),
                            EntryText.of(y) + ": " + d.patched()));
        }
    }
}
