package suture.dwarf.frame;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** The call frame information of a linked file, as it would stand in memory. */
record FrameFile(long address, Bytes frames, long headerAddress, Bytes header) {
    static FrameFile read(Path file) throws IOException {
        ElfObject elf = ElfReader.read(file);
        Section frames = Objects.requireNonNull(elf.section(".eh_frame"));
        Section header = Objects.requireNonNull(elf.section(".eh_frame_hdr"));
        return new FrameFile(
                frames.header().address(),
                frames.content(),
                header.header().address(),
                header.content());
    }

    FrameMemory memory() {
        return (at, length) -> {
            if (frames.contains(at - address, length)) {
                return frames.slice(at - address, length);
            }
            if (header.contains(at - headerAddress, length)) {
                return header.slice(at - headerAddress, length);
            }
            throw FrameReader.bad(at, "memory", "none");
        };
    }

    FrameTable section() {
        return FrameTable.section(memory(), address, frames.size());
    }

    FrameTable table() {
        return FrameTable.header(memory(), headerAddress, header.size());
    }
}
