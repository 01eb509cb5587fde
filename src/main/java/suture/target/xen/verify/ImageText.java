package suture.target.xen.verify;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;

/** The bytes of a linked image by their address. */
final class ImageText {
    private final ElfObject image;

    ImageText(ElfObject image) {
        this.image = image;
    }

    /** From an address to the end of its section; null if nothing in the file is there. */
    @Nullable Bytes from(long address) {
        for (Section section : image.sections()) {
            long start = section.header().address();
            if (section.has(Elf.SHF_ALLOC)
                    && address >= start
                    && address - start < section.content().size()) {
                return section.content().from(address - start);
            }
        }
        return null;
    }

    /** Whether an address lies in the image at all. */
    boolean contains(long address) {
        return image.sections().stream()
                .filter(section -> section.has(Elf.SHF_ALLOC))
                .anyMatch(section ->
                        address >= section.header().address()
                                && address - section.header().address() < section.size());
    }
}
