package suture.elf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.util.List;

/**
 * A whole ELF file as immutable values that refer to each other. The lists are in the order of the
 * file and begin with the null section and the null symbol where the file has them.
 *
 * @param file the file's name as the user gave it, for messages
 * @param header the ELF header
 * @param sections all sections
 * @param symbols the entries of {@code .symtab}, empty if there is none
 * @param dynamicSymbols the entries of {@code .dynsym}, empty if there is none
 * @param relocationSections all SHT_REL and SHT_RELA sections
 * @param groups all section groups
 * @param segments the program header table
 * @param layout where a file that was read had its parts; null for a model that somebody built
 */
public record ElfObject(
        String file,
        ElfHeader header,
        List<Section> sections,
        List<Symbol> symbols,
        List<Symbol> dynamicSymbols,
        List<RelocationSection> relocationSections,
        List<Group> groups,
        List<Segment> segments,
        @Nullable Layout layout) {

    /** The first section of that name, or null. */
    public @Nullable Section section(String name) {
        for (Section section : sections) {
            if (section.name().equals(name)) {
                return section;
            }
        }
        return null;
    }

    /**
     * The relocations of a section in the order of the file; empty if it has none. Linear: take a
     * map for many.
     */
    public List<Relocation> relocations(Section target) {
        for (RelocationSection section : relocationSections) {
            if (section.target() == target) {
                return section.entries();
            }
        }
        return List.of();
    }

    /**
     * One entry of the program header table (gABI 5). All values as in the file, sizes and offsets
     * in bytes.
     */
    public record Segment(
            int type,
            int flags,
            long offset,
            long virtualAddress,
            long physicalAddress,
            long fileSize,
            long memorySize,
            long alignment) {}

    /** The content of the first section of that name, or null. */
    public @Nullable Bytes content(String name) {
        Section section = section(name);
        return section == null ? null : section.content();
    }
}
