package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.dwarf.frame.FrameEntry;
import suture.dwarf.frame.FrameMemory;
import suture.dwarf.frame.FrameTable;
import suture.elf.ElfObject;
import suture.elf.ElfObject.Segment;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Section;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The call frame information of all code of a process: of the files that it has mapped, of what the
 * kernel maps into it, and of patches, which bring their own.
 */
final class FrameTables {
    private static final int PT_GNU_EH_FRAME = 0x6474_e550;

    private final FrameMemory memory;
    private final List<Region> regions = new ArrayList<>();
    private final Map<Region, FrameTable> tables = new HashMap<>();

    /** Code with its information; the header of a file, or a whole section of a patch. */
    private record Region(
            String name, long start, long end, long information, long size, boolean header) {}

    FrameTables(int pid, FrameMemory memory, List<RunningImage> images, List<PatchRecord> patches) {
        this.memory = memory;
        for (RunningImage image : images) {
            Region region = header(image);
            region = region == null ? section(pid, image) : region;
            if (region != null) {
                regions.add(region);
            }
        }
        for (PatchRecord patch : patches) {
            regions.add(
                    new Region(
                            patch.name(),
                            patch.code(),
                            patch.code() + patch.codeSize(),
                            patch.frames(),
                            patch.framesSize(),
                            false));
        }
    }

    private static @Nullable Region header(RunningImage image) {
        for (Segment segment : image.segments()) {
            if (segment.type() == PT_GNU_EH_FRAME) {
                return region(image, segment.virtualAddress(), segment.memorySize(), true);
            }
        }
        return null;
    }

    /** GNU's linker makes no header for static programs; their file tells where the section is. */
    private static @Nullable Region section(int pid, RunningImage image) {
        Bytes buildId = image.buildId();
        if (buildId == null || !image.path().startsWith("/")) {
            return null;
        }
        try {
            ElfObject file = ElfReader.read(Path.of("/proc/" + pid + "/root" + image.path()));
            Section section = file.section(".eh_frame");
            return section != null && buildId.equals(Note.buildId(file))
                    ? region(image, section.header().address(), section.size(), false)
                    : null;
        } catch (IOException | FormatException e) {
            return null;
        }
    }

    private static Region region(RunningImage image, long address, long size, boolean header) {
        return new Region(
                image.path(), image.start(), image.end(), image.bias() + address, size, header);
    }

    /**
     * The entry that covers an address; null if none does.
     *
     * @throws FormatException if it cannot be read
     */
    @Nullable FrameEntry find(long address) {
        for (Region region : regions) {
            if (address >= region.start() && address < region.end()) {
                FrameEntry entry = table(region).find(address);
                if (entry != null) {
                    return entry;
                }
            }
        }
        return null;
    }

    private FrameTable table(Region region) {
        FrameTable known = tables.get(region);
        if (known == null) {
            known =
                    region.header()
                            ? FrameTable.header(memory, region.information(), region.size())
                            : FrameTable.section(memory, region.information(), region.size());
            tables.put(region, known);
        }
        return known;
    }

    /** Where an address is, for people. */
    String name(long address) {
        for (Region region : regions) {
            if (address >= region.start() && address < region.end()) {
                String file = region.name().substring(region.name().lastIndexOf('/') + 1);
                return file + "+0x" + Long.toHexString(address - region.start());
            }
        }
        return "0x" + Long.toHexString(address);
    }
}
