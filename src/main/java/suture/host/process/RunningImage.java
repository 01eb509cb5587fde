package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject.Segment;
import suture.elf.Note;
import suture.host.process.ProcFiles.Mapping;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An ELF file that a process has mapped, by the headers in its memory.
 *
 * @param path the file's name in {@code maps}
 * @param bias what is to be added to an address in the file
 * @param type 2 for an executable with fixed addresses, 3 for the others
 * @param segments the program headers
 * @param buildId the build id, null if it has none
 */
record RunningImage(
        String path, long bias, int type, List<Segment> segments, @Nullable Bytes buildId) {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int PF_X = 1;
    private static final int PAGE = 4096;

    /** All images of a process. */
    static List<RunningImage> of(ProcessMemory memory, List<Mapping> maps) throws IOException {
        List<RunningImage> images = new ArrayList<>();
        for (Mapping mapping : maps) {
            if (mapping.offset() == 0 && mapping.inode() != 0 && mapping.readable()) {
                RunningImage image = read(memory, mapping);
                if (image != null) {
                    images.add(image);
                }
            }
        }
        return images;
    }

    /** All images of a process, and what the kernel itself maps into it ({@code [vdso]}). */
    static List<RunningImage> all(ProcessMemory memory, List<Mapping> maps) throws IOException {
        List<RunningImage> images = of(memory, maps);
        for (Mapping mapping : maps) {
            if (mapping.path().equals("[vdso]")) {
                RunningImage image = read(memory, mapping);
                if (image != null) {
                    images.add(image);
                }
            }
        }
        return images;
    }

    private static @Nullable RunningImage read(ProcessMemory memory, Mapping mapping)
            throws IOException {
        byte[] page = new byte[PAGE];
        if (memory.read(mapping.start(), page) < PAGE) {
            return null;
        }
        Bytes head = Bytes.of(page);
        if (head.u32(0, ORDER) != 0x464c_457fL
                || head.u8(4) != 2
                || head.u16(18, ORDER) != Elf.EM_X86_64) {
            return null;
        }
        List<Segment> segments = segments(head);
        for (Segment segment : segments) {
            if (segment.type() == PT_LOAD && segment.offset() == 0) {
                long bias = mapping.start() - segment.virtualAddress();
                return new RunningImage(
                        mapping.path(),
                        bias,
                        head.u16(16, ORDER),
                        segments,
                        buildId(memory, segments, bias, mapping.path()));
            }
        }
        return null;
    }

    private static List<Segment> segments(Bytes head) {
        List<Segment> segments = new ArrayList<>();
        long table = head.s64(32, ORDER);
        int count = head.u16(56, ORDER);
        for (int i = 0; i < count && head.contains(table + 56L * i, 56); i++) {
            Bytes entry = head.slice(table + 56L * i, 56);
            segments.add(
                    new Segment(
                            entry.s32(0, ORDER),
                            entry.s32(4, ORDER),
                            entry.s64(8, ORDER),
                            entry.s64(16, ORDER),
                            entry.s64(24, ORDER),
                            entry.s64(32, ORDER),
                            entry.s64(40, ORDER),
                            entry.s64(48, ORDER)));
        }
        return segments;
    }

    private static @Nullable Bytes buildId(
            ProcessMemory memory, List<Segment> segments, long bias, String path)
            throws IOException {
        for (Segment segment : segments) {
            if (segment.type() == PT_NOTE && segment.fileSize() < 65536) {
                Bytes notes =
                        memory.read(bias + segment.virtualAddress(), (int) segment.fileSize());
                for (Note note : Note.parse(path, "notes", notes, ORDER, segment.alignment())) {
                    if (note.type() == 3 && note.owner().equals("GNU")) {
                        return note.content();
                    }
                }
            }
        }
        return null;
    }

    /** Its first byte in memory. */
    long start() {
        return segments.stream()
                .filter(s -> s.type() == PT_LOAD)
                .mapToLong(s -> bias + s.virtualAddress())
                .min()
                .orElse(bias);
    }

    /** The byte behind its last one in memory. */
    long end() {
        return segments.stream()
                .filter(s -> s.type() == PT_LOAD)
                .mapToLong(s -> bias + s.virtualAddress() + s.memorySize())
                .max()
                .orElse(bias);
    }

    /**
     * The address of {@code size} executable bytes that belong to no function: between the end of a
     * segment of code and the end of its last page; -1 if there are none.
     */
    long slack(int size) {
        for (Segment segment : segments) {
            boolean code = segment.type() == PT_LOAD && (segment.flags() & PF_X) != 0;
            long end = (bias + segment.virtualAddress() + segment.memorySize() + 15) & -16;
            long page = (end + PAGE - 1) & -PAGE;
            if (code && segment.fileSize() == segment.memorySize() && page - end >= size) {
                return page - size;
            }
        }
        return -1;
    }
}
