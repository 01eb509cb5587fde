package suture.dwarf.frame;

import suture.bytes.Bytes;

/** Memory in which call frame information and stacks stand: that of a process, or a section. */
@FunctionalInterface
public interface FrameMemory {
    /**
     * Exactly {@code length} bytes at an address.
     *
     * @throws suture.bytes.FormatException if they are not all there
     */
    Bytes read(long address, long length);

    /** A section as memory that begins at address 0. */
    static FrameMemory of(Bytes section) {
        return (address, length) -> {
            if (!section.contains(address, length)) {
                throw FrameReader.bad(address, length + " bytes", "the end of the section");
            }
            return section.slice(address, length);
        };
    }
}
