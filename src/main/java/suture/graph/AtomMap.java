package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which extent of which atom lies at a place; a binary search in each section. */
final class AtomMap {
    /** An extent of an atom. */
    record Hit(Atom atom, int extent, long offset) {
        Hit(Atom atom, int extent) {
            this(atom, extent, atom.extents().get(extent).offset());
        }
    }

    private final List<List<Hit>> sections;

    AtomMap(int sectionCount) {
        sections = new ArrayList<>(sectionCount);
        for (int i = 0; i < sectionCount; i++) {
            sections.add(List.of());
        }
    }

    /** Enters the extents that lie in the section, in any order; replaces what was there. */
    void put(Section section, List<Hit> hits) {
        List<Hit> sorted = new ArrayList<>(hits);
        sorted.sort(Comparator.comparingLong(Hit::offset));
        sections.set(section.index(), sorted);
    }

    List<Hit> in(Section section) {
        return sections.get(section.index());
    }

    /**
     * The extent that a place belongs to: the one it lies in, else the last one that starts before
     * it, else the first; null only in a section without atoms.
     */
    @Nullable Hit find(Section section, long offset) {
        List<Hit> hits = in(section);
        if (hits.isEmpty()) {
            return null;
        }
        int low = 0;
        int high = hits.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (hits.get(middle).offset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return hits.get(low);
    }

    /** The extent that starts next behind another one, or null. */
    @Nullable Hit after(Hit hit, Section section) {
        List<Hit> hits = in(section);
        int low = 0;
        int high = hits.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (hits.get(middle).offset() <= hit.offset()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < hits.size() ? hits.get(low) : null;
    }
}
