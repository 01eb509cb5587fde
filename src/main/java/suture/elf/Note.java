package suture.elf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One note (gABI 4, "Note Section").
 *
 * <pre>
 *   namesz  0  4
 *   descsz  4  4
 *   type    8  4
 *   name   12  namesz, with a NUL, then padding to the alignment
 *   desc       descsz, then padding
 * </pre>
 *
 * @param owner the name without its NUL, for instance {@code GNU}
 * @param type the number its owner gave it
 * @param content the description
 */
public record Note(String owner, int type, Bytes content) {
    private static final int NT_GNU_BUILD_ID = 3;

    /** All notes of a section of type SHT_NOTE. */
    public static List<Note> in(ElfObject object, Section section) {
        return parse(
                object.file(),
                section.toString(),
                section.content(),
                object.header().order(),
                section.header().alignment());
    }

    /**
     * The notes in a piece of memory.
     *
     * @param file for messages
     * @param section for messages
     * @param content the notes, one after the other
     * @param order their byte order
     * @param alignment 8 for eight-byte padding, everything else means four
     */
    public static List<Note> parse(
            String file, String section, Bytes content, ByteOrder order, long alignment) {
        long padding = alignment == 8 ? 8 : 4;
        List<Note> notes = new ArrayList<>();
        for (long at = 0; at < content.size(); ) {
            if (!content.contains(at, 12)) {
                throw new FormatException(
                        file, section, at, "a note", (content.size() - at) + " bytes");
            }
            long nameSize = content.u32(at, order);
            long size = content.u32(at + 4, order);
            long start = aligned(at + 12 + nameSize, padding);
            if (!content.contains(at + 12, nameSize) || !content.contains(start, size)) {
                throw new FormatException(
                        file,
                        section,
                        at,
                        "a note within " + content.size() + " bytes",
                        "a name of " + nameSize + " and a content of " + size + " bytes");
            }
            String name = content.slice(at + 12, nameSize).text();
            int end = name.indexOf('\0');
            notes.add(
                    new Note(
                            end < 0 ? name : name.substring(0, end),
                            content.s32(at + 8, order),
                            content.slice(start, size)));
            at = aligned(start + size, padding);
        }
        return notes;
    }

    private static long aligned(long at, long padding) {
        return (at + padding - 1) / padding * padding;
    }

    /** The GNU build id, or null if the object has none. */
    public static @Nullable Bytes buildId(ElfObject object) {
        for (Section section : object.sections()) {
            if (section.type() == Elf.SHT_NOTE) {
                for (Note note : in(object, section)) {
                    if (note.type() == NT_GNU_BUILD_ID && note.owner().equals("GNU")) {
                        return note.content();
                    }
                }
            }
        }
        return null;
    }
}
