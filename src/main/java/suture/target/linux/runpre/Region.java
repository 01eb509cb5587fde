package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;
import suture.elf.Symbol;

/**
 * A part of a section.
 *
 * @param section the section
 * @param start its first byte
 * @param end the byte behind its last
 * @param symbol the symbol that covers it; null between symbols
 */
record Region(Section section, long start, long end, @Nullable Symbol symbol) {
    boolean overlaps(long from, long to) {
        return start < to && from < end;
    }

    /** A place in the region in words. */
    String place(long offset) {
        String inSection = section + "+0x" + Long.toHexString(offset);
        return symbol == null || symbol.name().isEmpty()
                ? inSection
                : symbol.name() + "+0x" + Long.toHexString(offset - start) + " (" + inSection + ")";
    }
}
