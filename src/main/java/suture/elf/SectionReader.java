package suture.elf;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.util.ArrayList;
import java.util.List;

/**
 * The section header table (gABI 4, "Section Header").
 *
 * <pre>
 *   field          32  64   width
 *   sh_name         0   0   4
 *   sh_type         4   4   4
 *   sh_flags        8   8   address
 *   sh_addr        12  16   address
 *   sh_offset      16  24   address
 *   sh_size        20  32   address
 *   sh_link        24  40   4
 *   sh_info        28  44   4
 *   sh_addralign   32  48   address
 *   sh_entsize     36  56   address
 * </pre>
 */
final class SectionReader {
    private final String file;
    private final Bytes image;
    private final Format format;
    private final SectionHeader[] headers;
    private final long[] offsets;
    private final int[] names;

    /** The table has been checked to lie within the image. */
    SectionReader(String file, Bytes image, Format format, long table, int count) {
        this.file = file;
        this.image = image;
        this.format = format;
        this.headers = new SectionHeader[count];
        this.offsets = new long[count];
        this.names = new int[count];
        for (int i = 0; i < count; i++) {
            header(i, table + (long) i * format.sectionHeaderSize());
        }
    }

    private void header(int i, long at) {
        int width = format.addressSize();
        long link = at + 8 + 4L * width;
        names[i] = format.word(image, at);
        offsets[i] = format.address(image, at + 8 + 2L * width);
        headers[i] =
                new SectionHeader(
                        format.word(image, at + 4),
                        format.address(image, at + 8),
                        format.address(image, at + 8 + width),
                        format.address(image, at + 8 + 3L * width),
                        format.word(image, link),
                        format.word(image, link + 4),
                        format.address(image, link + 8),
                        format.address(image, link + 8 + width));
    }

    /** {@code sh_link} of the null section, where a large {@code e_shstrndx} stands. */
    int linkOfNull() {
        return headers.length == 0 ? 0 : headers[0].link();
    }

    Layout.Sections layout() {
        return new Layout.Sections(offsets, names);
    }

    /** The sections; {@code nameTable} is the index of the table of their names, 0 if none. */
    List<Section> sections(int nameTable) {
        if (Integer.compareUnsigned(nameTable, headers.length) >= 0 && nameTable != 0) {
            throw new FormatException(
                    file,
                    "ELF header",
                    format.headerSize() - 2L,
                    "the section name table's index below " + headers.length,
                    Integer.toUnsignedString(nameTable));
        }
        StringTable strings =
                new StringTable(
                        file,
                        "section name table",
                        nameTable == 0 ? Bytes.zeros(1) : content(nameTable));
        List<Section> sections = new ArrayList<>(headers.length);
        for (int i = 0; i < headers.length; i++) {
            String name = nameTable == 0 ? "" : strings.at(names[i]);
            sections.add(new Section(i, name, headers[i], content(i)));
        }
        return sections;
    }

    private Bytes content(int i) {
        SectionHeader header = headers[i];
        if (header.type() == Elf.SHT_NOBITS
                || header.type() == Elf.SHT_NULL
                || header.size() == 0) {
            return Bytes.EMPTY;
        }
        if (!image.contains(offsets[i], header.size())) {
            throw new FormatException(
                    file,
                    "header of section " + i,
                    -1,
                    "content within " + image.size() + " bytes",
                    Long.toUnsignedString(header.size())
                            + " bytes at 0x"
                            + Long.toHexString(offsets[i]));
        }
        return image.slice(offsets[i], header.size());
    }
}
