package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.diff.ObjectDiff;
import suture.elf.Section;
import suture.finding.Finding;
import suture.finding.Severity;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.ObjectGraph;
import suture.graph.Reference;

import java.util.List;

/** References that may mean any of several variables of a section. */
final class SharedSections {
    private SharedSections() {}

    /**
     * A payload does not keep how far the variables of a section lie from each other, so a place
     * that may mean one of its neighbours cannot be bound; but to what runs, if all of the section
     * does and lies as it did.
     */
    static @Nullable Finding check(
            ObjectDiff diff, Atom atom, Reference reference, @Nullable Atom running) {
        Atom target = reference.target();
        Section section = target.section();
        if (section == null || reference.reach() == Reference.Reach.PLACE) {
            return null;
        }
        List<ObjectGraph.Place> places = diff.patched().placesIn(section);
        if (places.size() == 1
                || (running != null
                        && places.stream().allMatch(p -> liesAsItDid(diff, p, target)))) {
            return null;
        }
        boolean indexed = reference.reach() == Reference.Reach.INDEXED;
        long offset = reference.targetOffset();
        boolean likely = indexed && offset == 0;
        Extent extent = atom.extents().get(reference.extent());
        return new Finding(
                likely ? Severity.WARNING : Severity.ERROR,
                "shared-section",
                atom.name(),
                extent.section() + "+0x" + Long.toHexString(extent.offset() + reference.offset()),
                "it reaches "
                        + section
                        + " from "
                        + target
                        + (offset == 0 ? "" : String.format("%+d", offset))
                        + " on, and may mean what lies "
                        + (indexed ? "an index" : "some distance")
                        + " further; a payload does not keep such distances",
                "compile both objects with -fdata-sections (what gcc copies arrays from has"
                        + " no section of its own even so)");
    }

    /** Whether what was there already is as far from the target as it was. */
    private static boolean liesAsItDid(ObjectDiff diff, ObjectGraph.Place place, Atom target) {
        Atom twin = diff.correlation().originalOf(place.atom());
        Atom anchor = diff.correlation().originalOf(target);
        return twin != null
                && anchor != null
                && twin.section() == anchor.section()
                && place.extent() < twin.extents().size()
                && place.offset() - start(target)
                        == twin.extents().get(place.extent()).offset() - start(anchor);
    }

    private static long start(Atom atom) {
        return atom.extents().getFirst().offset();
    }
}
