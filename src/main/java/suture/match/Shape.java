package suture.match;

import suture.bytes.Bytes;
import suture.elf.Section;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.machine.Machine;

import java.util.List;

/** Questions about atoms and references that no correlation decides. */
final class Shape {
    private Shape() {}

    static String parts(Atom atom) {
        return atom.extents().size() == 2
                ? "a cold part"
                : atom.extents().size() == 1 ? "no cold part" : atom.extents().size() + " parts";
    }

    /**
     * Whether the longer of two anonymous ranges only has alignment zeros more, fewer than its
     * section's alignment: their ends are where something else starts.
     */
    static boolean paddingApart(Atom a, Atom b, Extent x, Extent y) {
        if (a.kind() != Atom.Kind.CONTENT || b.kind() != Atom.Kind.CONTENT) {
            return false;
        }
        Extent longer = x.size() > y.size() ? x : y;
        long common = Math.min(x.size(), y.size());
        long rest = longer.size() - common;
        return rest < longer.section().header().alignment()
                && longer.content(common, rest).equals(Bytes.zeros(rest));
    }

    /** What counts of an atom that is compared with another: places if both know them. */
    static List<Reference> references(Atom atom, Atom other) {
        return other.resolved() ? atom.uses() : atom.references();
    }

    static List<Reference> fields(Atom atom, Atom other, int extent) {
        List<Reference> all = references(atom, other);
        return atom.extents().size() == 1
                ? all
                : all.stream().filter(r -> r.extent() == extent).toList();
    }

    static boolean sameField(Machine machine, Reference r, Reference s) {
        boolean resolved = r.type() == Reference.BRANCH || s.type() == Reference.BRANCH;
        return r.extent() == s.extent()
                && r.offset() == s.offset()
                && r.width() == s.width()
                && r.operation() == s.operation()
                && (resolved || machine.alike(r.type(), s.type()));
    }

    /** The section that the reference leads to. */
    static Section home(Reference reference) {
        return reference.target().extents().get(reference.targetExtent()).section();
    }

    /** Whether what the two hold at start-up is the same. */
    static boolean sameBytes(Atom x, Atom y) {
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

    /** The reference, made to the start of another atom. */
    static Reference startOf(Reference anchor, ObjectGraph.Place place) {
        return new Reference(
                anchor.extent(),
                anchor.offset(),
                anchor.width(),
                anchor.type(),
                place.atom(),
                place.extent(),
                0,
                0,
                0,
                Reference.Reach.PLACE);
    }
}
