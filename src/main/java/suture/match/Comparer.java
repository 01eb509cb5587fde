package suture.match;

import suture.bytes.Bytes;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.LineField;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.match.Difference.Kind;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongToIntFunction;

/**
 * Compares atoms of the two objects, bytes and references; see the package's essay for what is
 * equal. Not thread-safe.
 */
public final class Comparer {
    /** A pair that an equality depends on. */
    record Tentative(Atom original, Atom patched) {}

    private final Correlation correlation;
    private final LineNumbers lines;
    private final boolean tentatively;
    private final List<Recognised> recognised = new ArrayList<>();
    private final Set<Long> equalContent = new HashSet<>();
    private Set<Long> assumed = new HashSet<>();
    private final Map<Atom, Atom> forward = new HashMap<>();
    private final Map<Atom, Atom> backward = new HashMap<>();
    private List<Difference> differences = new ArrayList<>();
    private int limit = 1;

    private Comparer(Correlation correlation, LineNumbers lines, boolean tentatively) {
        this.correlation = correlation;
        this.lines = lines;
        this.tentatively = tentatively;
    }

    /** A comparer to which only twins are the same. */
    public static Comparer strict(Correlation correlation, LineNumbers lines) {
        return new Comparer(correlation, lines, false);
    }

    /**
     * A comparer to which things that have no twin yet may be the same; {@link #tentatives} then
     * says which.
     */
    static Comparer tentative(Correlation correlation, LineNumbers lines) {
        return new Comparer(correlation, lines, true);
    }

    /** The pairs that the last comparison assumed. */
    List<Tentative> tentatives() {
        List<Tentative> all = new ArrayList<>();
        forward.forEach((a, b) -> all.add(new Tentative(a, b)));
        all.sort(Comparator.comparingInt(t -> t.original().id()));
        return all;
    }

    /**
     * A place in code where the last comparison met two source lines and took them for the same.
     *
     * @param extent index of the extent of the compared atom, or of the content it reaches
     * @param offset in that extent, in bytes
     */
    public record Recognised(int extent, long offset) {}

    /** Line numbers that the last comparison did not count. */
    public List<Recognised> recognised() {
        return List.copyOf(recognised);
    }

    /** Whether the two atoms are equal. */
    public boolean equal(Atom original, Atom patched) {
        return differences(original, patched, 1).isEmpty();
    }

    /**
     * The first places, {@code limit} at most, where the two atoms differ; empty if they are equal.
     */
    public List<Difference> differences(Atom original, Atom patched, int limit) {
        this.limit = limit;
        differences = new ArrayList<>();
        assumed = new HashSet<>();
        recognised.clear();
        forward.clear();
        backward.clear();
        if (correlation.free(original, patched)) {
            forward.put(original, patched);
            backward.put(patched, original);
        }
        compareBody(original, patched, Place.TOP);
        if (full()) {
            return differences;
        }
        compareEntries(original, patched);
        comparePrefixes(original, patched);
        if (differences.isEmpty()) {
            equalContent.addAll(assumed);
        }
        return differences;
    }

    /**
     * Where in the compared atom a comparison stands: the first reference that led into content, if
     * one did.
     */
    private record Place(int extent, long offset) {
        static final Place TOP = new Place(-1, 0);
    }

    private boolean full() {
        return differences.size() >= limit;
    }

    private boolean differ(Kind kind, Atom a, Atom b, Place at, String original, String patched) {
        if (!full()) {
            differences.add(
                    new Difference(
                            kind, a, b, Math.max(0, at.extent), at.offset, original, patched));
        }
        return false;
    }

    private boolean otherContent(Atom x, Atom y, Place at) {
        return differ(Kind.CONTENT, x, y, at, Content.text(x), Content.text(y));
    }

    private boolean otherTarget(Atom a, Atom b, Reference r, Reference s, Place at) {
        return differ(Kind.TARGET, a, b, at, Content.text(r), Content.text(s));
    }

    private boolean compareBody(Atom a, Atom b, Place at) {
        Kind sizeKind = at.extent < 0 ? Kind.SIZE : Kind.CONTENT;
        if (a.extents().size() != b.extents().size()) {
            int n = Math.min(a.extents().size(), b.extents().size());
            differ(sizeKind, a, b, at, Shape.parts(a), Shape.parts(b));
            if (n == 0) {
                return false;
            }
        }
        boolean equal = a.extents().size() == b.extents().size();
        for (int i = 0; i < Math.min(a.extents().size(), b.extents().size()) && !full(); i++) {
            equal &= compareExtent(a, b, i, at);
        }
        return !full() && compareReferences(a, b, at) && equal;
    }

    private boolean compareExtent(Atom a, Atom b, int index, Place at) {
        Extent x = a.extents().get(index);
        Extent y = b.extents().get(index);
        boolean equal = true;
        if (x.size() != y.size()
                && !(a.kind() == Atom.Kind.CONTENT
                        && b.kind() == Atom.Kind.CONTENT
                        && Shape.paddingApart(x, y))) {
            equal =
                    at.extent < 0
                            ? differ(
                                    Kind.SIZE,
                                    a,
                                    b,
                                    new Place(index, 0),
                                    x.size() + " bytes",
                                    y.size() + " bytes")
                            : otherContent(a, b, at);
        }
        long place = mismatch(a, b, index);
        if (place >= 0 && !full()) {
            equal =
                    at.extent < 0
                            ? differ(
                                    Kind.BYTES,
                                    a,
                                    b,
                                    new Place(index, place),
                                    Content.hex(x, place),
                                    Content.hex(y, place))
                            : otherContent(a, b, at);
        }
        return equal;
    }

    /** The first place that counts, line numbers left out; -1 if there is none. */
    private long mismatch(Atom a, Atom b, int index) {
        Extent x = a.extents().get(index);
        Extent y = b.extents().get(index);
        List<Reference> p = Shape.fields(a, index);
        List<Reference> q = Shape.fields(b, index);
        LineField line = a.lineField();
        ByteOrder order = correlation.order();
        LongToIntFunction free = line == null ? place -> 0 : place -> line.mask(place, order);
        long place = Masked.mismatch(x, y, p, q, 0, free);
        while (place >= 0 && a.code()) {
            long end = lines.endOfLineNumber(a, b, index, place);
            if (end <= place) {
                return place;
            }
            recognised.add(new Recognised(index, place));
            place = Masked.mismatch(x, y, p, q, end, free);
        }
        return place;
    }

    private boolean compareReferences(Atom a, Atom b, Place at) {
        List<Reference> x = a.references();
        List<Reference> y = b.references();
        boolean equal = true;
        for (int i = 0; i < Math.max(x.size(), y.size()) && !full(); i++) {
            Reference r = i < x.size() ? x.get(i) : null;
            Reference s = i < y.size() ? y.get(i) : null;
            int extent =
                    at.extent >= 0
                            ? at.extent
                            : r != null ? r.extent() : s != null ? s.extent() : 0;
            long offset =
                    at.extent >= 0
                            ? at.offset
                            : r != null ? r.offset() : s != null ? s.offset() : 0;
            if (r == null || s == null || !Shape.sameField(r, s)) {
                return differ(
                        Kind.REFERENCE,
                        a,
                        b,
                        new Place(extent, offset),
                        Content.text(r),
                        Content.text(s));
            }
            equal &= compareTargets(a, b, r, s, new Place(extent, offset));
        }
        return equal;
    }

    private boolean compareTargets(Atom a, Atom b, Reference r, Reference s, Place at) {
        Atom x = r.target();
        Atom y = s.target();
        if (x.kind() == Atom.Kind.STRING && y.kind() == Atom.Kind.STRING) {
            return Content.tail(x, r.targetOffset()).equals(Content.tail(y, s.targetOffset()))
                    || otherContent(x, y, at);
        }
        if (EntryText.replaces(a) && EntryText.replaces(b) && contentCounts(x, y)) {
            return compareReplacement(a, b, r, s, at);
        }
        if ((r.anchored() || s.anchored()) && !compareNeighbours(a, b, r, s, at)) {
            return false;
        }
        boolean samePlace =
                r.targetExtent() == s.targetExtent() && r.targetOffset() == s.targetOffset();
        if (!samePlace) {
            return otherTarget(a, b, r, s, at);
        }
        if (x.kind() == Atom.Kind.EXTERNAL && y.kind() == Atom.Kind.EXTERNAL) {
            return x.name().equals(y.name()) || otherTarget(a, b, r, s, at);
        }
        if (correlation.twins(x, y) || sameTentative(x, y)) {
            return !contentCounts(x, y) || compareContent(x, y, r, at);
        }
        if (x.named() && y.named()) {
            return x.name().equals(y.name()) || otherTarget(a, b, r, s, at);
        }
        if (contentCounts(x, y)) {
            if (x.state() && y.state()) {
                // Which running one belongs to this site follows from its place in equal code.
                assume(x, y);
            }
            return compareContent(x, y, r, at);
        }
        return assume(x, y) || otherTarget(a, b, r, s, at);
    }

    /** Everything that the two references can reach from their section anchor must be the same. */
    private boolean compareNeighbours(Atom a, Atom b, Reference r, Reference s, Place at) {
        List<ObjectGraph.Place> x = Shape.neighbours(correlation.original(), r);
        List<ObjectGraph.Place> y = Shape.neighbours(correlation.patched(), s);
        boolean equal = x.size() == y.size();
        for (int i = 0; equal && i < x.size(); i++) {
            equal = x.get(i).offset() == y.get(i).offset();
        }
        if (!equal) {
            return differ(
                    Kind.TARGET,
                    a,
                    b,
                    at,
                    r.target().section() + " as it was laid out",
                    "another layout, reached from a section anchor");
        }
        for (int i = 0; i < x.size() && equal && !full(); i++) {
            equal =
                    compareTargets(
                            a, b, Shape.startOf(r, x.get(i)), Shape.startOf(s, y.get(i)), at);
        }
        return equal;
    }

    private boolean sameTentative(Atom x, Atom y) {
        return forward.get(x) == y;
    }

    /**
     * Whether what the two hold decides, and not which ones they are: nothing with an identity of
     * its own.
     */
    private static boolean contentCounts(Atom x, Atom y) {
        return contentCounts(x) && contentCounts(y);
    }

    private static boolean contentCounts(Atom atom) {
        return switch (atom.kind()) {
            case STRING, CONTENT, ENTRY -> !atom.state() || atom.madeForSite();
            case CODE -> atom.symbol() == null;
            case VARIABLE -> !atom.named() && (!atom.state() || atom.madeForSite());
            case FUNCTION, EXTERNAL -> false;
        };
    }

    private boolean compareContent(Atom x, Atom y, Reference r, Place at) {
        long key = (long) x.id() << 32 | y.id();
        if (equalContent.contains(key) || !assumed.add(key)) {
            return true;
        }
        if (x.kind() == Atom.Kind.STRING || y.kind() == Atom.Kind.STRING) {
            return Content.tail(x, r.targetOffset()).equals(Content.tail(y, r.targetOffset()))
                    || otherContent(x, y, at);
        }
        return compareBody(x, y, at);
    }

    /**
     * Takes two things without twins for the same, where that is allowed, consistent and not
     * refuted by their shape.
     */
    private boolean assume(Atom x, Atom y) {
        if (!tentatively
                || !correlation.free(x, y)
                || x.kind() != y.kind()
                || x.kind() == Atom.Kind.EXTERNAL) {
            return false;
        }
        if (forward.containsKey(x) || backward.containsKey(y)) {
            return false;
        }
        boolean alike =
                x.code()
                        ? NameGrammar.base(x.name()).equals(NameGrammar.base(y.name()))
                        : x.size() == y.size() && x.state() == y.state() && sameInitialBytes(x, y);
        if (alike) {
            forward.put(x, y);
            backward.put(y, x);
        }
        return alike;
    }

    private static boolean sameInitialBytes(Atom x, Atom y) {
        return x.extents().isEmpty()
                || Masked.mismatch(
                                x.extents().getFirst(),
                                y.extents().getFirst(),
                                x.references(),
                                y.references(),
                                0,
                                place -> 0)
                        < 0;
    }

    private void comparePrefixes(Atom a, Atom b) {
        Atom x = a.prefix();
        Atom y = b.prefix();
        if (x != null && y != null) {
            compareBody(x, y, new Place(0, 0));
        } else if (x != null || y != null) {
            differ(
                    Kind.SIZE,
                    a,
                    b,
                    Place.TOP,
                    x == null ? "no prefix" : "a prefix",
                    y == null ? "no prefix" : "a prefix");
        }
    }

    private void compareEntries(Atom a, Atom b) {
        List<Atom> x = EntryText.behaviour(a);
        List<Atom> y = EntryText.behaviour(b);
        for (int i = 0; i < Math.max(x.size(), y.size()) && !full(); i++) {
            Atom r = i < x.size() ? x.get(i) : null;
            Atom s = i < y.size() ? y.get(i) : null;
            if (r == null || s == null || !EntryText.home(r).equals(EntryText.home(s))) {
                differ(
                        Kind.ENTRY,
                        r == null ? a : r,
                        s == null ? b : s,
                        Place.TOP,
                        EntryText.orNothing(r),
                        EntryText.orNothing(s));
                return;
            }
            int before = differences.size();
            compareBody(r, s, Place.TOP);
            for (int k = before; k < differences.size(); k++) {
                Difference d = differences.get(k);
                differences.set(
                        k,
                        new Difference(
                                Kind.ENTRY,
                                r,
                                s,
                                EntryText.site(r).targetExtent(),
                                EntryText.site(r).targetOffset(),
                                EntryText.orNothing(r) + ": " + d.original(),
                                EntryText.orNothing(s) + ": " + d.patched()));
            }
        }
    }

    /**
     * The code that an alternative puts in place of its site: as long as the entry says, not as the
     * atom reaches.
     */
    private boolean compareReplacement(Atom a, Atom b, Reference r, Reference s, Place at) {
        Bytes x = EntryText.replacement(a, r);
        Bytes y = EntryText.replacement(b, s);
        if (!x.equals(y)) {
            return differ(Kind.CONTENT, a, b, at, x.hex(), y.hex());
        }
        List<Reference> p = EntryText.inside(r, x.size());
        List<Reference> q = EntryText.inside(s, y.size());
        if (p.size() != q.size()) {
            return differ(
                    Kind.CONTENT, a, b, at, p.size() + " references", q.size() + " references");
        }
        boolean equal = true;
        for (int i = 0; i < p.size() && !full(); i++) {
            equal &=
                    p.get(i).offset() - r.targetOffset() == q.get(i).offset() - s.targetOffset()
                            ? compareTargets(r.target(), s.target(), p.get(i), q.get(i), at)
                            : differ(
                                    Kind.CONTENT,
                                    a,
                                    b,
                                    at,
                                    Content.text(p.get(i)),
                                    Content.text(q.get(i)));
        }
        return equal;
    }
}
