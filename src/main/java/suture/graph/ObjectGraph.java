package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.ElfObject;
import suture.elf.Section;
import suture.finding.Finding;
import suture.machine.Machine;

import java.util.List;

/** An object's atoms and their references. */
public final class ObjectGraph {
    private final ElfObject object;
    private final Machine machine;
    private final List<Atom> atoms;
    private final List<Finding> findings;
    private final AtomMap map;

    ObjectGraph(
            ElfObject object,
            Machine machine,
            List<Atom> atoms,
            List<Finding> findings,
            AtomMap map) {
        this.object = object;
        this.machine = machine;
        this.atoms = List.copyOf(atoms);
        this.findings = List.copyOf(findings);
        this.map = map;
    }

    /** The object itself. */
    public ElfObject object() {
        return object;
    }

    /** What it is made for. */
    public Machine machine() {
        return machine;
    }

    /** All atoms; an atom's id is its position. */
    public List<Atom> atoms() {
        return atoms;
    }

    /** What could not be taken apart; each refuses. */
    public List<Finding> findings() {
        return findings;
    }

    /** The atom that the place in the section lies in, or null. */
    public @Nullable Atom at(Section section, long offset) {
        AtomMap.Hit hit = map.find(section, offset);
        return hit == null ? null : hit.atom();
    }

    /**
     * Where a part of an atom lies.
     *
     * @param atom the atom
     * @param extent index of its extent
     * @param offset of that extent in the section, in bytes
     */
    public record Place(Atom atom, int extent, long offset) {}

    /** All that lies in the section, in order of offset. */
    public List<Place> placesIn(Section section) {
        return map.in(section).stream()
                .map(hit -> new Place(hit.atom(), hit.extent(), hit.offset()))
                .toList();
    }
}
