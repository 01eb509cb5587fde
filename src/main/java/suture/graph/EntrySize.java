package suture.graph;

import suture.elf.Relocation;
import suture.elf.Section;
import suture.graph.SpecialSection.Layout;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How large the entries of a special section are: the first known layout that has relocations
 * exactly where the section has them.
 */
final class EntrySize {
    private EntrySize() {}

    /** The size in bytes, 0 if none fits. */
    static int of(
            Section section, SpecialSection special, List<Relocation> relocations, String machine) {
        Set<Long> fields = new HashSet<>();
        relocations.forEach(r -> fields.add(r.offset()));
        for (Layout layout : special.layouts()) {
            boolean possible = layout.machine().isEmpty() || layout.machine().equals(machine);
            if (possible && fits(section.size(), layout, fields)) {
                return layout.size();
            }
        }
        return 0;
    }

    private static boolean fits(long total, Layout layout, Set<Long> fields) {
        int size = layout.size();
        // The last entry of a table that is aligned entry by entry may lack its padding
        // (.parainstructions).
        long entries = (total + size - 1) / size;
        if (total % size != 0 && total % size <= size / 2) {
            return false;
        }
        for (long i = 0; i < entries; i++) {
            for (int field : layout.fields()) {
                if (!fields.contains(i * size + field)) {
                    return false;
                }
            }
        }
        return fields.stream()
                .map(field -> (int) (field % size))
                .allMatch(f -> layout.fields().contains(f) || layout.others().contains(f));
    }
}
