package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.dwarf.frame.FrameEntry;
import suture.dwarf.frame.FrameMemory;
import suture.dwarf.frame.FrameTable;
import suture.elf.ElfObject.Segment;

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

    FrameTables(FrameMemory memory, List<RunningImage> images, List<PatchRecord> patches) {
        this.memory = memory;
        for (RunningImage image : images) {
            for (Segment segment : image.segments()) {
                if (segment.type() == PT_GNU_EH_FRAME) {
                    regions.add(
                            new Region(
                                    image.path(),
                                    image.start(),
                                    image.end(),
                                    image.bias() + segment.virtualAddress(),
                                    segment.memorySize(),
                                    true));
                }
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
