package suture.elf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.util.ArrayList;
import java.util.List;

/**
 * What ties sections and symbols together: relocations and section groups (gABI 4, "Relocation",
 * "Section Groups").
 *
 * <pre>
 *   field       32  64   width
 *   r_offset     0   0   address
 *   r_info       4   8   address   symbol: the upper 24 of 32 or 32 of 64 bits; type: the rest
 *   r_addend     8  16   address   signed, SHT_RELA only
 * </pre>
 *
 * A group is a list of four-byte words: flags, then the indices of its members.
 */
final class RelationReader {
    private static final int EM_MIPS = 8;
    private static final Symbol NO_SYMBOL =
            new Symbol(0, "", 0, 0, 0, 0, new Symbol.Place.Undefined());

    private final String file;
    private final Format format;
    private final ElfHeader header;
    private final List<Section> sections;
    private final List<SymbolReader> tables;

    RelationReader(
            String file,
            Format format,
            ElfHeader header,
            List<Section> sections,
            List<SymbolReader> tables) {
        this.file = file;
        this.format = format;
        this.header = header;
        this.sections = sections;
        this.tables = tables;
    }

    List<RelocationSection> relocationSections() {
        List<RelocationSection> found = new ArrayList<>();
        for (Section section : sections) {
            if (section.type() == Elf.SHT_RELA || section.type() == Elf.SHT_REL) {
                found.add(relocations(section, section.type() == Elf.SHT_RELA));
            }
        }
        return found;
    }

    private RelocationSection relocations(Section section, boolean explicit) {
        if (header.machine() == EM_MIPS && format.is64()) {
            throw bad(section, -1, "relocations of a known form", "those of 64-bit MIPS");
        }
        int size = format.relocationSize(explicit);
        long claimed = section.header().entrySize();
        if (claimed != size && claimed != 0) {
            throw bad(
                    section,
                    -1,
                    "relocations of " + size + " bytes",
                    Long.toUnsignedString(claimed));
        }
        long bytes = section.content().size();
        if (bytes % size != 0 || bytes / size > Integer.MAX_VALUE - 8) {
            throw bad(section, -1, "a whole number of relocations", bytes + " bytes");
        }
        return new RelocationSection(
                section,
                target(section),
                explicit,
                entries(section, (int) (bytes / size), explicit));
    }

    private @Nullable Section target(Section section) {
        int info = section.header().info();
        if (Integer.compareUnsigned(info, sections.size()) >= 0
                || (info == 0 && header.type() == Elf.ET_REL)) {
            throw bad(
                    section,
                    -1,
                    "the index of the section it applies to in sh_info",
                    Integer.toUnsignedString(info));
        }
        return info == 0 ? null : sections.get(info);
    }

    private List<Relocation> entries(Section section, int count, boolean explicit) {
        @Nullable SymbolReader symbols = table(section);
        int known = symbols == null ? 0 : symbols.count();
        Bytes content = section.content();
        int width = format.addressSize();
        int size = format.relocationSize(explicit);
        Relocation[] entries = new Relocation[count];
        for (int i = 0; i < count; i++) {
            long at = (long) i * size;
            long info = format.address(content, at + width);
            long index = format.is64() ? info >>> 32 : info >>> 8;
            if (index >= known && index != 0) {
                throw bad(section, at, "a symbol index below " + known, "" + index);
            }
            entries[i] =
                    new Relocation(
                            format.address(content, at),
                            format.is64() ? (int) info : (int) (info & 0xff),
                            symbols == null || known == 0 ? NO_SYMBOL : symbols.symbol((int) index),
                            explicit ? format.signed(content, at + 2L * width) : 0);
        }
        return List.of(entries);
    }

    private @Nullable SymbolReader table(Section section) {
        int link = section.header().link();
        for (SymbolReader table : tables) {
            Section at = table.table();
            if (at != null && at.index() == link) {
                return table;
            }
        }
        return null;
    }

    /** The groups; their signatures are in {@code symbols}. */
    List<Group> groups(SymbolReader symbols) {
        List<Group> groups = new ArrayList<>();
        for (Section section : sections) {
            if (section.type() == Elf.SHT_GROUP) {
                groups.add(group(section, symbols));
            }
        }
        return groups;
    }

    private Group group(Section section, SymbolReader symbols) {
        Section table = symbols.table();
        int signature = section.header().info();
        if (table == null || table.index() != section.header().link()) {
            throw bad(
                    section,
                    -1,
                    "the index of the symbol table in sh_link",
                    Integer.toUnsignedString(section.header().link()));
        }
        if (Integer.compareUnsigned(signature, symbols.count()) >= 0) {
            throw bad(
                    section,
                    -1,
                    "a symbol index below " + symbols.count() + " in sh_info",
                    Integer.toUnsignedString(signature));
        }
        Bytes content = section.content();
        if (content.size() < 4 || content.size() % 4 != 0) {
            throw bad(section, -1, "flags and members of four bytes", content.size() + " bytes");
        }
        List<Section> members = new ArrayList<>();
        for (long at = 4; at < content.size(); at += 4) {
            int index = format.word(content, at);
            if (Integer.compareUnsigned(index, sections.size()) >= 0) {
                throw bad(
                        section,
                        at,
                        "a section index below " + sections.size(),
                        Integer.toUnsignedString(index));
            }
            members.add(sections.get(index));
        }
        return new Group(
                section, format.word(content, 0), symbols.symbol(signature), List.copyOf(members));
    }

    private FormatException bad(Section where, long offset, String expected, String found) {
        return new FormatException(file, where.toString(), offset, expected, found);
    }
}
