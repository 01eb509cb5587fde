package suture.elf;

import suture.bytes.Bytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Model to bytes.
 *
 * <p>A model that was read goes back to where its parts were: {@code write(read(x))} is {@code x}.
 * Everything the model holds is encoded from it; only the bytes between the parts (padding) come
 * from the {@link Layout}.
 *
 * <p>A model that somebody built (no layout) is arranged first. The order of sections and, among
 * the locals and among the others, of symbols is kept. {@code .symtab}, {@code .symtab_shndx},
 * {@code .strtab} and {@code .shstrtab} are made anew and stand at the end, so it does not matter
 * whether the list has them; the null section and the null symbol are added where they are missing.
 * {@code sh_link} of a section, and {@code sh_info} where SHF_INFO_LINK is set, are positions in
 * the model's list of sections; for relocations and groups the model itself says both.
 */
public final class ElfWriter {
    private record Part(long offset, Bytes content) {}

    private final ElfObject object;
    private final Layout layout;
    private final Encoder encoder;
    private final List<Part> parts = new ArrayList<>();

    private ElfWriter(ElfObject object, Layout layout) {
        this.object = object;
        this.layout = layout;
        this.encoder = new Encoder(object, layout);
    }

    /**
     * The file that the model stands for.
     *
     * @throws IllegalArgumentException if the model contradicts itself: a symbol or section that is
     *     not in its lists, or a layout that does not fit because a part was exchanged
     */
    public static Bytes write(ElfObject object) {
        Layout layout = object.layout();
        if (layout != null) {
            return new ElfWriter(object, layout).image();
        }
        ElfObject arranged = new Arrangement(object).arranged();
        Layout made = arranged.layout();
        if (made == null) {
            throw new IllegalStateException("an arranged object has a layout");
        }
        return new ElfWriter(arranged, made).image();
    }

    private Bytes image() {
        add(0, encoder.header());
        add(layout.programTable(), encoder.segments());
        add(layout.sectionTable(), encoder.sectionHeaders());
        for (Section section : object.sections()) {
            Bytes content = encoder.content(section);
            if (section.type() != Elf.SHT_NOBITS
                    && section.type() != Elf.SHT_NULL
                    && content.size() != section.size()) {
                throw new IllegalArgumentException(
                        "%s: %s has %d bytes, its header says %d; an edited model has no layout"
                                .formatted(object.file(), section, content.size(), section.size()));
            }
            add(layout.sections().offset(section.index()), content);
        }
        return assemble();
    }

    private void add(long offset, Bytes content) {
        if (!content.isEmpty()) {
            parts.add(new Part(offset, content));
        }
    }

    private Bytes assemble() {
        Bytes image = layout.image();
        byte[] out = new byte[Math.toIntExact(image.size())];
        parts.sort(Comparator.comparingLong(Part::offset));
        long end = 0;
        for (Part part : parts) {
            copyGap(image, out, end, part.offset());
            int at = Math.toIntExact(part.offset());
            part.content().copyTo(0, out, at, Math.toIntExact(part.content().size()));
            end = Math.max(end, part.offset() + part.content().size());
        }
        copyGap(image, out, end, out.length);
        return Bytes.of(out);
    }

    private static void copyGap(Bytes image, byte[] out, long from, long to) {
        if (from < to) {
            image.copyTo(from, out, Math.toIntExact(from), Math.toIntExact(to - from));
        }
    }

    /** The share of an image that no part covers, in bytes; what a test wants to be small. */
    static long gaps(ElfObject object) {
        Layout layout = object.layout();
        if (layout == null) {
            return 0;
        }
        ElfWriter writer = new ElfWriter(object, layout);
        writer.image();
        boolean[] covered = new boolean[Math.toIntExact(layout.image().size())];
        for (Part part : writer.parts) {
            int at = Math.toIntExact(part.offset());
            Arrays.fill(covered, at, at + Math.toIntExact(part.content().size()), true);
        }
        long gaps = 0;
        for (boolean one : covered) {
            gaps += one ? 0 : 1;
        }
        return gaps;
    }
}
