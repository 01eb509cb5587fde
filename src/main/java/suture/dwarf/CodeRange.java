package suture.dwarf;

import suture.elf.Section;

/**
 * A piece of a code section.
 *
 * @param section where
 * @param offset its first byte
 * @param size in bytes
 */
public record CodeRange(Section section, long offset, long size) {
    /** Whether the byte at {@code at} of {@code in} lies in it. */
    public boolean contains(Section in, long at) {
        return section == in && at >= offset && at - offset < size;
    }
}
