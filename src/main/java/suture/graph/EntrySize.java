package suture.graph;

import suture.elf.Relocation;
import suture.elf.Section;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How large the entries of a special section are: what the section header says, else the first
 * known size for which every entry has a relocation at its site field and none lies outside of an
 * entry.
 */
final class EntrySize {
    private EntrySize() {}

    /** The size in bytes, 0 if none fits. */
    static int of(Section section, SpecialSection special, List<Relocation> relocations) {
        List<Integer> candidates = new ArrayList<>();
        long said = section.header().entrySize();
        if (said > 1 && said <= 4096) {
            candidates.add((int) said);
        }
        candidates.addAll(special.sizes());
        Set<Long> fields = new HashSet<>();
        relocations.forEach(r -> fields.add(r.offset()));
        for (int size : candidates) {
            if (fits(section.size(), size, special.site(), fields)) {
                return size;
            }
        }
        return 0;
    }

    private static boolean fits(long total, int size, int site, Set<Long> fields) {
        // The last entry of a table that is aligned entry by entry may lack its padding
        // (.parainstructions).
        long entries = (total + size - 1) / size;
        if (total % size != 0 && total % size <= size / 2) {
            return false;
        }
        for (long i = 0; i < entries; i++) {
            if (!fields.contains(i * size + site)) {
                return false;
            }
        }
        return true;
    }
}
