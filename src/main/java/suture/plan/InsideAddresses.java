package suture.plan;

import suture.diff.Outside;
import suture.elf.Elf;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.machine.RelocationKind;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Data with addresses inside of code that is replaced. A table of labels (gcc manual, "Labels as
 * Values") that runs leads into the running body, so it must not be used by the new one; and a
 * table of sites that somebody else reads would have no entries about the new one.
 */
final class InsideAddresses {
    private final String unit;
    private final ObjectGraph patched;
    private final Predicate<Atom> replaced;
    private final Set<Atom> leading = new LinkedHashSet<>();

    /**
     * @param replaced whether a function goes into the payload
     */
    InsideAddresses(String unit, ObjectGraph patched, Predicate<Atom> replaced) {
        this.unit = unit;
        this.patched = patched;
        this.replaced = replaced;
        for (Atom atom : patched.atoms()) {
            if (isData(atom) && atom.references().stream().anyMatch(r -> isInside(atom, r))) {
                leading.add(atom);
            }
        }
        for (boolean more = !leading.isEmpty(); more; ) {
            List<Atom> found = new ArrayList<>();
            for (Atom atom : patched.atoms()) {
                if (isData(atom)
                        && !leading.contains(atom)
                        && atom.references().stream().anyMatch(r -> leading.contains(r.target()))) {
                    found.add(atom);
                }
            }
            more = leading.addAll(found);
        }
    }

    /** Whether there is such an address in the data, or in data that it leads to. */
    boolean leadFrom(Atom data) {
        return leading.contains(data);
    }

    /** The tables that somebody else reads. */
    List<Finding> tablesOfSites() {
        List<Finding> findings = new ArrayList<>();
        if (leading.isEmpty()) {
            return findings;
        }
        Outside outside = new Outside(patched);
        for (Atom atom : leading) {
            String section = atom.extents().getFirst().section().name();
            if (outside.isPlacedData(atom)
                    && !section.startsWith(".init")
                    && !section.startsWith(".exit")) {
                atom.references().stream()
                        .filter(reference -> isInside(atom, reference))
                        .map(site -> tableOfSites(section, site))
                        .forEach(findings::add);
            }
        }
        return findings;
    }

    private Finding tableOfSites(String section, Reference site) {
        return Finding.error(
                "unknown-special-section",
                section,
                unit + ": " + site.target().name(),
                "the section has an entry about this code, and neither its form nor whether the"
                        + " loader reads it is known",
                "write the patch so that the changed code does without this construct");
    }

    private static boolean isData(Atom atom) {
        return !atom.code() && atom.special() == null && !atom.extents().isEmpty();
    }

    /**
     * Whether a body is meant, and not the function, which keeps its address: a place inside, or
     * the distance to its start by a name that is none of the function's.
     */
    private boolean isInside(Atom holder, Reference reference) {
        Atom target = reference.target();
        return target.code()
                && replaced.test(target)
                && (reference.targetExtent() > 0
                        || reference.targetOffset() > 0
                        || (reference.targetOffset() == 0 && isSite(holder, reference)));
    }

    private boolean isSite(Atom holder, Reference reference) {
        RelocationKind kind = patched.machine().relocation(reference.type());
        if (kind == null || !kind.pcRelative()) {
            return false;
        }
        Extent extent = holder.extents().get(reference.extent());
        return patched.object().relocations(extent.section()).stream()
                .filter(r -> r.offset() == extent.offset() + reference.offset())
                .allMatch(r -> r.symbol().type() != Elf.STT_FUNC);
    }
}
