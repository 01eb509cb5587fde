package suture.match;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.LineField;
import suture.graph.Reference;
import suture.graph.Reference.Reach;
import suture.machine.Machine;
import suture.match.Difference.Kind;
import suture.match.Differences.Place;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
    /**
     * Two contents that are still to be compared.
     *
     * @param at the reference of the compared atoms that led there first
     * @param from the contents that refer to them, or null for the compared atoms
     */
    private record Pending(Atom original, Atom patched, Place at, @Nullable Pending from) {
        long key() {
            return key(original, patched);
        }

        static long key(Atom original, Atom patched) {
            return (long) original.id() << 32 | patched.id();
        }
    }

    private final Correlation correlation;
    private final LineNumbers lines;
    private final Machine machine;
    private final Assumptions assumptions;
    private final List<Recognised> recognised = new ArrayList<>();
    private final Set<Long> equalContent = new HashSet<>();
    private final Surroundings surroundings;

    /** Contents that reach a difference which no further pair can mend, and that difference. */
    private final Map<Long, Difference> differing = new HashMap<>();

    private final Set<Long> assumedContent = new HashSet<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private @Nullable Pending current;
    private Differences differences = new Differences(1);

    private Comparer(Correlation correlation, LineNumbers lines, boolean tentatively) {
        this.correlation = correlation;
        this.lines = lines;
        this.machine = correlation.patched().machine();
        this.assumptions = new Assumptions(correlation, tentatively);
        this.surroundings = new Surroundings(correlation);
    }

    /** A comparer to which only twins are the same. */
    public static Comparer strict(Correlation correlation, LineNumbers lines) {
        return new Comparer(correlation, lines, false);
    }

    /**
     * A comparer to which things that have no twin yet may be the same; {@link #assumed} then says
     * which. What is found equal must be paired before the next comparison.
     */
    static Comparer tentative(Correlation correlation, LineNumbers lines) {
        return new Comparer(correlation, lines, true);
    }

    /** The pairs that the last comparison assumed. */
    List<Assumptions.Pair> assumed() {
        return assumptions.pairs();
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
        differences = new Differences(limit);
        assumedContent.clear();
        surroundings.start();
        recognised.clear();
        assumptions.start(original, patched);
        compareBody(original, patched, Place.TOP);
        comparePending();
        compareEntries(original, patched);
        comparePrefixes(original, patched);
        comparePending();
        if (differences.all().isEmpty()) {
            equalContent.addAll(assumedContent);
            surroundings.settle();
        }
        return differences.all();
    }

    /** Content is compared one after the other: chains of it may be longer than a stack is deep. */
    private void comparePending() {
        while (!pending.isEmpty()) {
            Pending next = pending.remove();
            if (!differences.full()) {
                int before = differences.all().size();
                current = next;
                compareBody(next.original, next.patched, next.at);
                differences.all().stream()
                        .skip(before)
                        .filter(d -> d.kind() == Kind.CONTENT || d.kind() == Kind.REFERENCE)
                        .findFirst()
                        .ifPresent(lasting -> remember(next, lasting));
            }
        }
        current = null;
    }

    private void remember(Pending found, Difference difference) {
        for (Pending at = found; at != null; at = at.from) {
            differing.putIfAbsent(at.key(), difference);
        }
    }

    private void compareBody(Atom a, Atom b, Place at) {
        int count = Math.min(a.extents().size(), b.extents().size());
        if (a.extents().size() != b.extents().size()) {
            Kind kind = at.top() ? Kind.SIZE : Kind.CONTENT;
            differences.add(kind, a, b, at, Shape.parts(a), Shape.parts(b));
            if (count == 0) {
                return;
            }
        }
        for (int i = 0; i < count && !differences.full(); i++) {
            compareExtent(a, b, i, at);
        }
        compareReferences(a, b, at);
    }

    private void compareExtent(Atom a, Atom b, int index, Place at) {
        Extent x = a.extents().get(index);
        Extent y = b.extents().get(index);
        if (x.size() != y.size() && !Shape.paddingApart(a, b, x, y)) {
            if (at.top()) {
                String original = x.size() + " bytes";
                String patched = y.size() + " bytes";
                differences.add(Kind.SIZE, a, b, new Place(index, 0), original, patched);
            } else {
                differences.content(a, b, at);
            }
        }
        long place = mismatch(a, b, index);
        if (place >= 0 && at.top()) {
            String original = Content.hex(x, place);
            String patched = Content.hex(y, place);
            differences.add(Kind.BYTES, a, b, new Place(index, place), original, patched);
        } else if (place >= 0) {
            differences.content(a, b, at);
        }
    }

    /** The first place that counts, line numbers left out; -1 if there is none. */
    private long mismatch(Atom a, Atom b, int index) {
        Extent x = a.extents().get(index);
        Extent y = b.extents().get(index);
        List<Reference> p = Shape.fields(a, b, index);
        List<Reference> q = Shape.fields(b, a, index);
        LineField line = a.lineField();
        LongToIntFunction free =
                line == null ? place -> 0 : place -> line.mask(place, machine.order());
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

    private void compareReferences(Atom a, Atom b, Place at) {
        List<Reference> x = Shape.references(a, b);
        List<Reference> y = Shape.references(b, a);
        for (int i = 0; i < Math.max(x.size(), y.size()) && !differences.full(); i++) {
            Reference r = i < x.size() ? x.get(i) : null;
            Reference s = i < y.size() ? y.get(i) : null;
            Reference first = r != null ? r : y.get(i);
            Place place = at.top() ? new Place(first.extent(), first.offset()) : at;
            if (r == null || s == null || !Shape.sameField(machine, r, s)) {
                String before = Content.text(r);
                String after = Content.text(s);
                boolean made = before.equals(after);
                differences.add(
                        Kind.REFERENCE,
                        a,
                        b,
                        place,
                        made ? Content.field(machine, r) : before,
                        made ? Content.field(machine, s) : after);
                return;
            }
            compareTargets(a, b, r, s, place);
        }
    }

    private boolean compareTargets(Atom a, Atom b, Reference r, Reference s, Place at) {
        Atom x = r.target();
        Atom y = s.target();
        if (x.kind() == Atom.Kind.STRING && y.kind() == Atom.Kind.STRING) {
            // All of it: an index may lead before the place.
            return (r.targetOffset() == s.targetOffset() && Content.of(x).equals(Content.of(y)))
                    || differences.content(x, y, at);
        }
        boolean replaces = EntryText.replaces(a) && EntryText.replaces(b);
        if (replaces && x.code() && y.code() && contentCounts(x, y)) {
            return compareReplacement(a, b, r, s, at);
        }
        if (r.reach() != Reach.PLACE || s.reach() != Reach.PLACE) {
            if (x.extents().isEmpty() || y.extents().isEmpty()) {
                return differences.target(a, b, r, s, at);
            }
            Neighbours neighbours = Neighbours.of(a, r, b, s);
            if (!compareNeighbours(a, b, r, s, neighbours, at)) {
                return false;
            }
            if (neighbours.beside()) {
                return true;
            }
        }
        if (r.targetExtent() != s.targetExtent() || r.targetOffset() != s.targetOffset()) {
            return differences.target(a, b, r, s, at);
        }
        if (x.kind() == Atom.Kind.EXTERNAL && y.kind() == Atom.Kind.EXTERNAL) {
            return x.name().equals(y.name()) || differences.target(a, b, r, s, at);
        }
        if (correlation.twins(x, y) || assumptions.same(x, y)) {
            return !contentCounts(x, y) || compareContent(x, y, at);
        }
        if (x.named() && y.named()) {
            return x.name().equals(y.name()) || differences.target(a, b, r, s, at);
        }
        if (contentCounts(x, y)) {
            // Which running one belongs to this site follows from its place in equal code.
            if (x.state() && y.state() && !assumptions.pairSites(x, y)) {
                return differences.target(a, b, r, s, at);
            }
            return compareContent(x, y, at);
        }
        return assumptions.assume(x, y) || differences.target(a, b, r, s, at);
    }

    /** Everything that the two references may mean must be the same. */
    private boolean compareNeighbours(
            Atom a, Atom b, Reference r, Reference s, Neighbours neighbours, Place at) {
        List<Neighbours.Pair> pairs = surroundings.pairs(neighbours, r, s);
        if (pairs == null) {
            return differences.add(
                    Kind.TARGET,
                    a,
                    b,
                    at,
                    r.target().section() + " as it was laid out",
                    "another layout, of which any part may be meant");
        }
        boolean equal = true;
        for (int i = 0; i < pairs.size() && equal && !differences.full(); i++) {
            Neighbours.Pair pair = pairs.get(i);
            equal =
                    compareTargets(
                            a,
                            b,
                            Shape.startOf(r, pair.original()),
                            Shape.startOf(s, pair.patched()),
                            at);
        }
        return equal;
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

    private boolean compareContent(Atom x, Atom y, Place at) {
        if (x.kind() == Atom.Kind.STRING || y.kind() == Atom.Kind.STRING) {
            return Content.of(x).equals(Content.of(y)) || differences.content(x, y, at);
        }
        long key = Pending.key(x, y);
        Difference known = differing.get(key);
        if (known != null) {
            return differences.add(
                    Kind.CONTENT,
                    known.atom(),
                    known.patchedAtom(),
                    at,
                    known.original(),
                    known.patched());
        }
        if (!equalContent.contains(key) && assumedContent.add(key)) {
            pending.add(new Pending(x, y, at, current));
        }
        return true;
    }

    private void comparePrefixes(Atom a, Atom b) {
        Atom x = a.prefix();
        Atom y = b.prefix();
        if (x != null && y != null) {
            compareBody(x, y, new Place(0, 0));
        } else if (x != null || y != null) {
            String original = x == null ? "no prefix" : "a prefix";
            String patched = y == null ? "no prefix" : "a prefix";
            differences.add(Kind.SIZE, a, b, Place.TOP, original, patched);
        }
    }

    private void compareEntries(Atom a, Atom b) {
        List<Atom> x = EntryText.behaviour(a);
        List<Atom> y = EntryText.behaviour(b);
        for (int i = 0; i < Math.max(x.size(), y.size()) && !differences.full(); i++) {
            Atom r = i < x.size() ? x.get(i) : null;
            Atom s = i < y.size() ? y.get(i) : null;
            if (r == null || s == null || !EntryText.home(r).equals(EntryText.home(s))) {
                differences.add(
                        Kind.ENTRY,
                        r == null ? a : r,
                        s == null ? b : s,
                        Place.TOP,
                        EntryText.orNothing(r),
                        EntryText.orNothing(s));
                return;
            }
            int before = differences.all().size();
            compareBody(r, s, Place.TOP);
            comparePending();
            differences.belongToEntries(before, r, s);
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
            return differences.add(Kind.CONTENT, a, b, at, x.hex(), y.hex());
        }
        List<Reference> p = EntryText.inside(r, x.size());
        List<Reference> q = EntryText.inside(s, y.size());
        if (p.size() != q.size()) {
            return differences.add(
                    Kind.CONTENT, a, b, at, p.size() + " references", q.size() + " references");
        }
        boolean equal = true;
        for (int i = 0; i < p.size() && !differences.full(); i++) {
            equal &=
                    p.get(i).offset() - r.targetOffset() == q.get(i).offset() - s.targetOffset()
                            ? compareTargets(r.target(), s.target(), p.get(i), q.get(i), at)
                            : differences.add(
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
