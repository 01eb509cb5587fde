package suture.elf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Symbol.Place;

import java.util.BitSet;
import java.util.List;

/**
 * One symbol table (gABI 4, "Symbol Table").
 *
 * <pre>
 *   field      32  64   width
 *   st_name     0   0   4
 *   st_value    4   8   address
 *   st_size     8  16   address
 *   st_info    12   4   1
 *   st_other   13   5   1
 *   st_shndx   14   6   2   0xffff: the index stands in the SHT_SYMTAB_SHNDX section
 * </pre>
 */
final class SymbolReader {
    private static final int SHN_LORESERVE = 0xff00;
    private static final int SHN_ABS = 0xfff1;
    private static final int SHN_COMMON = 0xfff2;
    private static final int SHN_XINDEX = 0xffff;
    private static final Place UNDEFINED = new Place.Undefined();
    private static final Place ABSOLUTE = new Place.Absolute();
    private static final Place COMMON = new Place.Common();

    private final String file;
    private final Format format;
    private final List<Section> sections;
    private final @Nullable Place[] inSection;
    private final @Nullable Section table;
    private final @Nullable Section indices;
    private final Symbol[] symbols;
    private final int[] nameOffsets;
    private final BitSet extended = new BitSet();

    /** Reads the table of type {@code type}, SHT_SYMTAB or SHT_DYNSYM, if there is one. */
    SymbolReader(String file, Format format, List<Section> sections, int type) {
        this.file = file;
        this.format = format;
        this.sections = sections;
        this.inSection = new Place[sections.size()];
        this.table = only(type);
        Section table = this.table;
        int count = table == null ? 0 : count(table);
        this.symbols = new Symbol[count];
        this.nameOffsets = new int[count];
        this.indices = table == null ? null : indices(table, count);
        if (table != null) {
            decode(table, strings(table));
        }
    }

    /** The section the table stands in, or null. */
    @Nullable Section table() {
        return table;
    }

    List<Symbol> symbols() {
        return List.of(symbols);
    }

    Layout.Names names() {
        return new Layout.Names(nameOffsets, extended);
    }

    int count() {
        return symbols.length;
    }

    /** The symbol at an index that was checked. */
    Symbol symbol(int index) {
        return symbols[index];
    }

    private @Nullable Section only(int type) {
        Section found = null;
        for (Section section : sections) {
            if (section.type() == type) {
                if (found != null) {
                    throw bad(section, -1, "one symbol table of type " + type, "a second one");
                }
                found = section;
            }
        }
        return found;
    }

    private int count(Section table) {
        int size = format.symbolSize();
        if (table.header().entrySize() != size && table.header().entrySize() != 0) {
            throw bad(
                    table,
                    -1,
                    "symbols of " + size + " bytes",
                    Long.toUnsignedString(table.header().entrySize()));
        }
        long bytes = table.content().size();
        if (bytes % size != 0 || bytes / size > Integer.MAX_VALUE - 8) {
            throw bad(table, -1, "a whole number of symbols", bytes + " bytes");
        }
        return (int) (bytes / size);
    }

    private StringTable strings(Section table) {
        int link = table.header().link();
        if (Integer.compareUnsigned(link, sections.size()) >= 0
                || sections.get(link).type() != Elf.SHT_STRTAB) {
            throw bad(
                    table,
                    -1,
                    "the index of a string table in sh_link",
                    Integer.toUnsignedString(link));
        }
        Section strings = sections.get(link);
        return new StringTable(file, strings.toString(), strings.content());
    }

    private @Nullable Section indices(Section table, int count) {
        for (Section section : sections) {
            if (section.type() == Elf.SHT_SYMTAB_SHNDX
                    && section.header().link() == table.index()) {
                if (section.content().size() != 4L * count) {
                    throw bad(
                            section,
                            -1,
                            "an index for each of " + count + " symbols",
                            section.content().size() + " bytes");
                }
                return section;
            }
        }
        return null;
    }

    private void decode(Section table, StringTable strings) {
        Bytes content = table.content();
        boolean is64 = format.is64();
        for (int i = 0; i < symbols.length; i++) {
            long at = (long) i * format.symbolSize();
            long info = at + (is64 ? 4 : 12);
            nameOffsets[i] = format.word(content, at);
            Place place = place(table, i, format.half(content, info + 2));
            symbols[i] =
                    new Symbol(
                            i,
                            strings.at(nameOffsets[i]),
                            format.address(content, at + (is64 ? 8 : 4)),
                            format.address(content, at + (is64 ? 16 : 8)),
                            content.u8(info),
                            content.u8(info + 1),
                            place);
        }
    }

    private Place place(Section table, int symbol, int code) {
        long wide = 0;
        if (indices != null) {
            wide = indices.content().u32(4L * symbol, format.order());
        }
        if (code == SHN_XINDEX) {
            if (indices == null) {
                throw bad(
                        table,
                        (long) symbol * format.symbolSize(),
                        "an SHT_SYMTAB_SHNDX section for SHN_XINDEX",
                        "none");
            }
            extended.set(symbol);
            return inSection(table, symbol, wide);
        }
        if (wide != 0 && indices != null) {
            throw bad(indices, 4L * symbol, "0, as the symbol is not SHN_XINDEX", "" + wide);
        }
        return switch (code) {
            case 0 -> UNDEFINED;
            case SHN_ABS -> ABSOLUTE;
            case SHN_COMMON -> COMMON;
            default ->
                    code >= SHN_LORESERVE
                            ? new Place.Reserved(code)
                            : inSection(table, symbol, code);
        };
    }

    private Place inSection(Section table, int symbol, long index) {
        if (index == 0 || index >= sections.size()) {
            throw bad(
                    table,
                    (long) symbol * format.symbolSize(),
                    "a section index from 1 to " + (sections.size() - 1),
                    "" + index);
        }
        Place place = inSection[(int) index];
        if (place == null) {
            place = new Place.InSection(sections.get((int) index));
            inSection[(int) index] = place;
        }
        return place;
    }

    private FormatException bad(Section where, long offset, String expected, String found) {
        return new FormatException(file, where.toString(), offset, expected, found);
    }
}
