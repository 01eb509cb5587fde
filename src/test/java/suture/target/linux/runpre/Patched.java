package suture.target.linux.runpre;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.elf.Section;

import java.nio.ByteOrder;

/** Copies of object files with one thing changed. */
final class Patched {
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

    private Patched() {}

    /** A copy in which one byte of a section is another. */
    static Bytes byteOf(Bytes content, ElfObject object, Section section, long offset) {
        byte[] copy = content.toArray();
        // e_shoff, then sh_offset of the section's header.
        long header = content.s64(40, LE) + 64L * section.index();
        int at = (int) (content.s64(header + 24, LE) + offset);
        copy[at] ^= 0x10;
        if (object.sections().get(section.index()) != section) {
            throw new AssertionError(section + " is of another object");
        }
        return Bytes.of(copy);
    }
}
