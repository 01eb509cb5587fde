package suture.elf;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject.Segment;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes to model.
 *
 * <pre>
 *   ELF header          32  64   width
 *   e_ident              0   0   16
 *   e_type              16  16   2
 *   e_machine           18  18   2
 *   e_version           20  20   4
 *   e_entry             24  24   address
 *   e_phoff             28  32   address
 *   e_shoff             32  40   address
 *   e_flags             36  48   4
 *   e_ehsize            40  52   2
 *   e_phentsize         42  54   2
 *   e_phnum             44  56   2   0xffff: the number is sh_info of section 0
 *   e_shentsize         46  58   2
 *   e_shnum             48  60   2   0: the number is sh_size of section 0
 *   e_shstrndx          50  62   2   0xffff: the number is sh_link of section 0
 * </pre>
 *
 * Each number is a claim until it has been checked against the size of the file; no memory is taken
 * for a claim.
 */
public final class ElfReader {
    private static final int PN_XNUM = 0xffff;
    private static final int SHN_XINDEX = 0xffff;

    private final String file;
    private final Bytes image;
    private final Format format;

    private ElfReader(String file, Bytes image, Format format) {
        this.file = file;
        this.image = image;
        this.format = format;
    }

    /**
     * Maps and reads a file.
     *
     * @throws suture.bytes.FormatException if it is no ELF file or breaks the format's rules
     * @throws IOException if it cannot be read
     */
    public static ElfObject read(Path file) throws IOException {
        return read(file.toString(), Bytes.map(file));
    }

    /**
     * Reads an image in memory; {@code name} stands for it in messages.
     *
     * @throws suture.bytes.FormatException if it is no ELF file or breaks the format's rules
     */
    public static ElfObject read(String name, Bytes image) {
        return new ElfReader(name, image, format(name, image)).object();
    }

    private static Format format(String file, Bytes image) {
        if (image.size() < 16
                || image.u8(0) != 0x7f
                || image.u8(1) != 'E'
                || image.u8(2) != 'L'
                || image.u8(3) != 'F') {
            throw new FormatException(file, "", 0, "the ELF magic 7f454c46", image.toString());
        }
        int width = image.u8(4);
        int data = image.u8(5);
        if (width != 1 && width != 2) {
            throw new FormatException(file, "", 4, "class 1 or 2", "" + width);
        }
        if (data != 1 && data != 2) {
            throw new FormatException(file, "", 5, "data encoding 1 or 2", "" + data);
        }
        Format format =
                new Format(width == 2, data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (image.size() < format.headerSize()) {
            throw new FormatException(
                    file, "", 16, "a header of " + format.headerSize() + " bytes", image + "");
        }
        return format;
    }

    private ElfObject object() {
        int flagsAt = format.is64() ? 48 : 36;
        ElfHeader header = header(flagsAt);
        Layout.Counts counts = counts(flagsAt + 4);
        long programTable = format.address(image, format.is64() ? 32 : 28);
        long sectionTable = format.address(image, format.is64() ? 40 : 32);
        SectionReader headers =
                new SectionReader(
                        file, image, format, sectionTable, sectionCount(counts, sectionTable));
        int names =
                counts.sectionNames() == SHN_XINDEX ? headers.linkOfNull() : counts.sectionNames();
        List<Section> sections = headers.sections(names);
        List<Segment> segments =
                segments(
                        programTable,
                        counts.programEntries() == PN_XNUM && !sections.isEmpty()
                                ? Integer.toUnsignedLong(sections.getFirst().header().info())
                                : counts.programEntries(),
                        counts.programEntrySize());
        SymbolReader symbols = new SymbolReader(file, format, sections, Elf.SHT_SYMTAB);
        SymbolReader dynamic = new SymbolReader(file, format, sections, Elf.SHT_DYNSYM);
        RelationReader relations =
                new RelationReader(file, format, header, sections, List.of(symbols, dynamic));
        return new ElfObject(
                file,
                header,
                sections,
                symbols.symbols(),
                dynamic.symbols(),
                relations.relocationSections(),
                relations.groups(symbols),
                segments,
                new Layout(
                        image,
                        counts,
                        programTable,
                        sectionTable,
                        headers.layout(),
                        symbols.names(),
                        dynamic.names()));
    }

    private ElfHeader header(int flagsAt) {
        return new ElfHeader(
                format.is64(),
                format.order(),
                image.slice(0, 16),
                format.half(image, 16),
                format.half(image, 18),
                image.u32(20, format.order()),
                format.address(image, 24),
                image.u32(flagsAt, format.order()));
    }

    private Layout.Counts counts(int at) {
        return new Layout.Counts(
                format.half(image, at),
                format.half(image, at + 2),
                format.half(image, at + 4),
                format.half(image, at + 6),
                format.half(image, at + 8),
                format.half(image, at + 10));
    }

    private int sectionCount(Layout.Counts counts, long table) {
        if (table == 0) {
            if (counts.sectionEntries() != 0) {
                throw bad("a section header table", counts.sectionEntries() + " entries at 0");
            }
            return 0;
        }
        int entry = format.sectionHeaderSize();
        if (counts.sectionEntrySize() != entry) {
            throw bad("section headers of " + entry + " bytes", counts.sectionEntrySize() + "");
        }
        if (!image.contains(table, entry)) {
            throw bad(
                    "a section header table within " + image.size() + " bytes",
                    "one at 0x" + Long.toHexString(table));
        }
        long count = counts.sectionEntries();
        if (count == 0) {
            count = format.address(image, table + (format.is64() ? 32 : 20));
        }
        if (count < 1 || count > (image.size() - table) / entry) {
            throw bad(
                    "at most " + (image.size() - table) / entry + " section headers",
                    Long.toUnsignedString(count));
        }
        return Math.toIntExact(count);
    }

    private List<Segment> segments(long table, long count, int entry) {
        if (count == 0) {
            return List.of();
        }
        if (entry != format.segmentSize()) {
            throw bad("program headers of " + format.segmentSize() + " bytes", entry + "");
        }
        if (!image.contains(table, 0) || count > (image.size() - table) / entry) {
            throw bad(
                    "a program header table within " + image.size() + " bytes",
                    count + " entries at 0x" + Long.toHexString(table));
        }
        List<Segment> segments = new ArrayList<>(Math.toIntExact(count));
        for (long i = 0; i < count; i++) {
            segments.add(segment(table + i * entry));
        }
        return segments;
    }

    /**
     * p_type 4, p_flags 4 (64 only), p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_flags 4 (32
     * only), p_align.
     */
    private Segment segment(long at) {
        int width = format.addressSize();
        long first = at + width;
        return new Segment(
                format.word(image, at),
                format.word(image, format.is64() ? at + 4 : first + 5L * width),
                format.address(image, first),
                format.address(image, first + width),
                format.address(image, first + 2L * width),
                format.address(image, first + 3L * width),
                format.address(image, first + 4L * width),
                format.address(image, first + (format.is64() ? 5L : 6L) * width));
    }

    private FormatException bad(String expected, String found) {
        return new FormatException(file, "ELF header", 0, expected, found);
    }
}
