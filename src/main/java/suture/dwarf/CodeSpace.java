package suture.dwarf;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One address for each byte of code. In a linked file it is the real one; in a relocatable object,
 * where all sections begin at 0, code sections are laid side by side with gaps between them.
 */
final class CodeSpace {
    private static final long FIRST = 0x1000;
    private static final long GAP = 64;

    private final List<Section> sections = new ArrayList<>();
    private final Map<Section, Long> bases = new HashMap<>();
    private final long[] starts;

    CodeSpace(ElfObject object) {
        boolean relocatable = object.header().type() == Elf.ET_REL;
        long next = FIRST;
        for (Section section : object.sections()) {
            if (section.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR) && !section.isNobits()) {
                sections.add(section);
                bases.put(section, relocatable ? next : section.header().address());
                next += (section.size() / GAP + 2) * GAP;
            }
        }
        sections.sort(Comparator.comparing(bases::get, Long::compareUnsigned));
        starts = sections.stream().mapToLong(s -> bases.getOrDefault(s, 0L)).toArray();
        for (int i = 0; i < starts.length; i++) {
            starts[i] ^= Long.MIN_VALUE; // so that signed search finds unsigned addresses
        }
    }

    /** The address of a section's first byte; 0 if it holds no code. */
    long base(Section section) {
        return bases.getOrDefault(section, 0L);
    }

    /** The code section that holds the address, or null. */
    @Nullable Section at(long address) {
        int found = Arrays.binarySearch(starts, address ^ Long.MIN_VALUE);
        for (int i = found >= 0 ? found : -found - 2; i >= 0; i--) {
            Section section = sections.get(i);
            long offset = address - base(section);
            if (offset >= 0 && offset < section.size()) {
                return section;
            }
            if (section.size() != 0) {
                return null;
            }
        }
        return null;
    }

    /**
     * The piece from {@code low} to {@code high}, as far as the section goes; null if it is no code
     * of this file.
     */
    @Nullable CodeRange range(long low, long high) {
        Section section = at(low);
        if (section == null || Long.compareUnsigned(high, low) <= 0) {
            return null;
        }
        long offset = low - base(section);
        long rest = section.size() - offset;
        long size = Long.compareUnsigned(high - low, rest) < 0 ? high - low : rest;
        return new CodeRange(section, offset, size);
    }
}
