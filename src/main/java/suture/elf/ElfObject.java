package suture.elf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole ELF file as immutable values that refer to each other. The lists are in the order of the
 * file, allow random access, and begin with the null section and the null symbol where the file has
 * them.
 */
public final class ElfObject {
    private final String file;
    private final ElfHeader header;
    private final List<Section> sections;
    private final List<Symbol> symbols;
    private final List<Symbol> dynamicSymbols;
    private final List<RelocationSection> relocationSections;
    private final List<Group> groups;
    private final List<Segment> segments;
    private final @Nullable Layout layout;
    private final Map<String, Section> byName;
    private final Map<Section, List<Relocation>> byTarget;

    /**
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
    public ElfObject(
            String file,
            ElfHeader header,
            List<Section> sections,
            List<Symbol> symbols,
            List<Symbol> dynamicSymbols,
            List<RelocationSection> relocationSections,
            List<Group> groups,
            List<Segment> segments,
            @Nullable Layout layout) {
        this.file = file;
        this.header = header;
        this.sections = List.copyOf(sections);
        this.symbols = List.copyOf(symbols);
        this.dynamicSymbols = List.copyOf(dynamicSymbols);
        this.relocationSections = List.copyOf(relocationSections);
        this.groups = List.copyOf(groups);
        this.segments = List.copyOf(segments);
        this.layout = layout;
        this.byName = HashMap.newHashMap(sections.size());
        for (Section section : sections) {
            byName.putIfAbsent(section.name(), section);
        }
        this.byTarget = byTarget(relocationSections);
    }

    private static Map<Section, List<Relocation>> byTarget(List<RelocationSection> all) {
        Map<Section, List<List<Relocation>>> parts = new HashMap<>();
        for (RelocationSection section : all) {
            if (section.target() != null) {
                parts.computeIfAbsent(section.target(), t -> new ArrayList<>(1))
                        .add(section.entries());
            }
        }
        Map<Section, List<Relocation>> joined = new HashMap<>();
        parts.forEach((target, lists) ->
                joined.put(
                        target,
                        lists.size() == 1
                                ? lists.getFirst()
                                : lists.stream().flatMap(List::stream).toList()));
        return joined;
    }

    /** The file's name as the user gave it, for messages. */
    public String file() {
        return file;
    }

    /** The ELF header. */
    public ElfHeader header() {
        return header;
    }

    /** All sections. */
    public List<Section> sections() {
        return sections;
    }

    /** The entries of {@code .symtab}, empty if there is none. */
    public List<Symbol> symbols() {
        return symbols;
    }

    /** The entries of {@code .dynsym}, empty if there is none. */
    public List<Symbol> dynamicSymbols() {
        return dynamicSymbols;
    }

    /** All SHT_REL and SHT_RELA sections. */
    public List<RelocationSection> relocationSections() {
        return relocationSections;
    }

    /** All section groups. */
    public List<Group> groups() {
        return groups;
    }

    /** The program header table. */
    public List<Segment> segments() {
        return segments;
    }

    /** Where a file that was read had its parts; null for a model that somebody built. */
    public @Nullable Layout layout() {
        return layout;
    }

    /** The first section of that name, or null. */
    public @Nullable Section section(String name) {
        return byName.get(name);
    }

    /** The content of the first section of that name, or null. */
    public @Nullable Bytes content(String name) {
        Section section = section(name);
        return section == null ? null : section.content();
    }

    /**
     * The relocations of a section in the order of the file; empty if it has none. A section may
     * have several lists (a livepatch module: one for the module loader, one for the livepatch
     * core); all are in the answer.
     */
    public List<Relocation> relocations(Section target) {
        return byTarget.getOrDefault(target, List.of());
    }

    @Override
    public String toString() {
        return file;
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
}
