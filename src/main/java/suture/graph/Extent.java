package suture.graph;

import suture.bytes.Bytes;
import suture.elf.Section;

/**
 * A range of a section.
 *
 * @param section where it lies
 * @param offset its first byte in the section
 * @param size number of bytes, may be 0
 */
public record Extent(Section section, long offset, long size) {
    /** Whether the offset in the section lies inside. */
    public boolean contains(long place) {
        return place >= offset && place < offset + size;
    }

    /** The bytes; zeros for a section without content in the file. */
    public Bytes content() {
        return content(0, size);
    }

    /**
     * Some of the bytes; a range without content in the file may be larger than memory.
     *
     * @param from offset in the range
     * @param length number of bytes, as far as the range goes
     */
    public Bytes content(long from, long length) {
        long count = Math.min(length, size - from);
        return section.isNobits()
                ? Bytes.zeros(count)
                : section.content().slice(offset + from, count);
    }
}
