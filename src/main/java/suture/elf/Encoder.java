package suture.elf;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.ElfObject.Segment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The structures of an object that has a layout, as bytes. The records are described at {@link
 * ElfReader}, {@link SectionReader}, {@link SymbolReader} and {@link RelationReader}.
 */
final class Encoder {
    private static final int SHN_ABS = 0xfff1;
    private static final int SHN_COMMON = 0xfff2;
    private static final int SHN_XINDEX = 0xffff;

    private final ElfObject object;
    private final Layout layout;
    private final Format format;
    private final Map<Section, RelocationSection> relocations = new HashMap<>();
    private final Map<Section, Group> groups = new HashMap<>();

    Encoder(ElfObject object, Layout layout) {
        this.object = object;
        this.layout = layout;
        this.format = new Format(object.header().is64(), object.header().order());
        for (RelocationSection section : object.relocationSections()) {
            relocations.put(section.section(), section);
        }
        for (Group group : object.groups()) {
            groups.put(group.section(), group);
        }
    }

    Bytes header() {
        ElfHeader header = object.header();
        ByteSink sink = format.sink();
        sink.put(header.ident());
        sink.u16(header.type()).u16(header.machine()).u32(header.version());
        format.putAddress(sink, header.entry());
        format.putAddress(sink, layout.programTable());
        format.putAddress(sink, layout.sectionTable());
        sink.u32(header.flags());
        Layout.Counts counts = layout.counts();
        sink.u16(counts.headerSize());
        sink.u16(counts.programEntrySize()).u16(counts.programEntries());
        sink.u16(counts.sectionEntrySize()).u16(counts.sectionEntries());
        return sink.u16(counts.sectionNames()).toBytes();
    }

    Bytes segments() {
        ByteSink sink = format.sink();
        for (Segment segment : object.segments()) {
            sink.u32(segment.type());
            if (format.is64()) {
                sink.u32(segment.flags());
            }
            format.putAddress(sink, segment.offset());
            format.putAddress(sink, segment.virtualAddress());
            format.putAddress(sink, segment.physicalAddress());
            format.putAddress(sink, segment.fileSize());
            format.putAddress(sink, segment.memorySize());
            if (!format.is64()) {
                sink.u32(segment.flags());
            }
            format.putAddress(sink, segment.alignment());
        }
        return sink.toBytes();
    }

    Bytes sectionHeaders() {
        ByteSink sink = format.sink();
        for (Section section : object.sections()) {
            SectionHeader header = section.header();
            sink.u32(layout.sections().name(section.index())).u32(header.type());
            format.putAddress(sink, header.flags());
            format.putAddress(sink, header.address());
            format.putAddress(sink, layout.sections().offset(section.index()));
            format.putAddress(sink, header.size());
            sink.u32(header.link()).u32(header.info());
            format.putAddress(sink, header.alignment());
            format.putAddress(sink, header.entrySize());
        }
        return sink.toBytes();
    }

    /** What stands in the file for a section. */
    Bytes content(Section section) {
        return switch (section.type()) {
            case Elf.SHT_SYMTAB -> symbols(object.symbols(), layout.symbols());
            case Elf.SHT_DYNSYM -> symbols(object.dynamicSymbols(), layout.dynamicSymbols());
            case Elf.SHT_SYMTAB_SHNDX -> indices(section);
            case Elf.SHT_REL, Elf.SHT_RELA -> relocations(section);
            case Elf.SHT_GROUP -> group(section);
            default -> section.content();
        };
    }

    private Bytes symbols(List<Symbol> symbols, Layout.Names names) {
        ByteSink sink = format.sink();
        for (Symbol symbol : symbols) {
            sink.u32(names.offset(symbol.index()));
            int index =
                    switch (symbol.place()) {
                        case Symbol.Place.InSection(Section section) ->
                                names.isExtended(symbol.index()) ? SHN_XINDEX : section.index();
                        case Symbol.Place.Undefined() -> 0;
                        case Symbol.Place.Absolute() -> SHN_ABS;
                        case Symbol.Place.Common() -> SHN_COMMON;
                        case Symbol.Place.Reserved(int code) -> code;
                    };
            if (format.is64()) {
                sink.u8(symbol.info()).u8(symbol.other()).u16(index);
                sink.u64(symbol.value()).u64(symbol.size());
            } else {
                sink.u32(symbol.value()).u32(symbol.size());
                sink.u8(symbol.info()).u8(symbol.other()).u16(index);
            }
        }
        return sink.toBytes();
    }

    private Bytes indices(Section section) {
        int link = section.header().link();
        if (Integer.compareUnsigned(link, object.sections().size()) >= 0) {
            return section.content();
        }
        return switch (object.sections().get(link).type()) {
            case Elf.SHT_SYMTAB -> indices(object.symbols(), layout.symbols());
            case Elf.SHT_DYNSYM -> indices(object.dynamicSymbols(), layout.dynamicSymbols());
            default -> section.content();
        };
    }

    private Bytes indices(List<Symbol> symbols, Layout.Names names) {
        ByteSink sink = format.sink();
        for (Symbol symbol : symbols) {
            Section place = symbol.section();
            sink.u32(place != null && names.isExtended(symbol.index()) ? place.index() : 0);
        }
        return sink.toBytes();
    }

    private Bytes relocations(Section section) {
        RelocationSection relocations = this.relocations.get(section);
        if (relocations == null) {
            throw new IllegalArgumentException(
                    object.file() + ": no relocations in the model for " + section);
        }
        ByteSink sink = format.sink();
        for (Relocation relocation : relocations.entries()) {
            long symbol = relocation.symbol().index();
            format.putAddress(sink, relocation.offset());
            if (format.is64()) {
                sink.u64(symbol << 32 | Integer.toUnsignedLong(relocation.type()));
            } else {
                sink.u32(symbol << 8 | relocation.type());
            }
            if (relocations.explicitAddend()) {
                format.putAddress(sink, relocation.addend());
            }
        }
        return sink.toBytes();
    }

    private Bytes group(Section section) {
        Group group = groups.get(section);
        if (group == null) {
            throw new IllegalArgumentException(
                    object.file() + ": no group in the model for " + section);
        }
        ByteSink sink = format.sink().u32(group.flags());
        for (Section member : group.members()) {
            sink.u32(member.index());
        }
        return sink.toBytes();
    }
}
