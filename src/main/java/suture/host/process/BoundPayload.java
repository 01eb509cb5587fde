package suture.host.process;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.target.process.ProcessPayload;
import suture.target.process.ProcessPayload.Area;
import suture.target.process.ProcessPayload.Fixup;
import suture.target.process.ProcessPayload.Image;
import suture.target.process.ProcessPayload.Part;
import suture.target.process.ProcessPayload.Redirect;
import suture.target.process.ProcessPayload.Target;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A payload with the images of one process, and later with a place in its memory. */
final class BoundPayload {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int PAGE = 4096;
    private static final int JUMP_OPCODE = 0xe9;

    private final ProcessPayload payload;
    private final List<RunningImage> images;
    private final ExportedSymbols exports;

    private BoundPayload(
            ProcessPayload payload, List<RunningImage> images, ExportedSymbols exports) {
        this.payload = payload;
        this.images = images;
        this.exports = exports;
    }

    /**
     * Finds the payload's images among those of the process.
     *
     * @throws HostException if one of them is not there
     */
    static BoundPayload of(
            int pid, ProcessPayload payload, List<RunningImage> running, ExportedSymbols exports)
            throws HostException {
        List<RunningImage> images = new ArrayList<>();
        for (Image wanted : payload.images()) {
            images.add(find(pid, wanted, running));
        }
        return new BoundPayload(payload, images, exports);
    }

    /** The image of a process by its build id. */
    static RunningImage find(int pid, Image wanted, List<RunningImage> running)
            throws HostException {
        for (RunningImage image : running) {
            if (wanted.buildId().equals(image.buildId())) {
                return image;
            }
        }
        String other = "";
        for (RunningImage image : running) {
            Bytes id = image.buildId();
            if (id != null && image.path().endsWith("/" + wanted.name())) {
                other = "; its " + wanted.name() + " has " + id.hex();
            }
        }
        throw new HostException(
                "process %d does not run %s with build id %s, which is wanted%s"
                        .formatted(pid, wanted.name(), wanted.buildId().hex(), other));
    }

    /** The image that the payload must be near to. */
    RunningImage image() {
        return images.get(payload.redirects().getFirst().image());
    }

    /** Where a piece of old code runs. */
    long address(Redirect redirect, ProcessPayload.Code code) {
        return images.get(redirect.image()).bias() + code.address();
    }

    ProcessPayload payload() {
        return payload;
    }

    /**
     * The payload's memory: a record, then each area from a page of its own.
     *
     * @param address of the first byte
     * @param record bytes for the record, whole pages
     * @param areas the first byte of each area
     * @param size of all in bytes
     */
    record Memory(long address, int record, Map<Area, Long> areas, long size) {
        long area(Area area) {
            Long start = areas.get(area);
            if (start == null) {
                throw new FormatException("payload", area.section(), -1, "content", "none");
            }
            return start;
        }
    }

    /** The memory as it would be at the address. */
    Memory memory(long address) {
        int record = recordSize();
        Map<Area, Long> areas = new EnumMap<>(Area.class);
        long at = address + record;
        for (Area area : Area.values()) {
            Part part = payload.parts().get(area);
            if (part != null) {
                areas.put(area, at);
                at += pages(part.size());
            }
        }
        return new Memory(address, record, areas, at - address);
    }

    private int recordSize() {
        long size = 256 + 4L * payload.name().length();
        for (Redirect redirect : payload.redirects()) {
            size += 64 + 4L * redirect.function().length();
        }
        return Math.toIntExact(pages(size));
    }

    static long pages(long size) {
        return (size + PAGE - 1) & -PAGE;
    }

    /** The content of an area with its fields filled. */
    Bytes content(Area area, Memory memory) throws IOException {
        Part part = payload.parts().get(area);
        byte[] content = part == null ? new byte[0] : part.content().toArray();
        ByteBuffer buffer = ByteBuffer.wrap(content).order(ORDER);
        for (Fixup fixup : payload.fixups()) {
            if (fixup.area() == area) {
                fill(buffer, fixup, memory);
            }
        }
        return Bytes.of(content);
    }

    private void fill(ByteBuffer buffer, Fixup fixup, Memory memory) throws IOException {
        int at = Math.toIntExact(fixup.offset());
        long value = address(fixup.target(), memory) + fixup.addend();
        long relative = value - (memory.area(fixup.area()) + at);
        switch (fixup.type()) {
            case 1 -> buffer.putLong(at, value);
            case 24 -> buffer.putLong(at, relative);
            case 2, 4 -> buffer.putInt(at, fits(fixup, relative, relative == (int) relative));
            case 10 -> buffer.putInt(at, fits(fixup, value, value >>> 32 == 0));
            case 11 -> buffer.putInt(at, fits(fixup, value, value == (int) value));
            default ->
                    throw new FormatException(
                            payload.name(),
                            fixup.area().section(),
                            fixup.offset(),
                            "a relocation of type 1, 2, 4, 10, 11 or 24",
                            "type " + fixup.type());
        }
    }

    private static int fits(Fixup fixup, long value, boolean fits) throws HostException {
        if (!fits) {
            throw new HostException(
                    "what %s+0x%x refers to is out of reach: 0x%x does not fit into 32 bits"
                            .formatted(fixup.area().section(), fixup.offset(), value));
        }
        return (int) value;
    }

    private long address(Target target, Memory memory) throws IOException {
        return switch (target) {
            case Target.Inside inside -> memory.area(inside.area());
            case Target.Running running -> images.get(running.image()).bias() + running.address();
            case Target.Exported exported -> exports.address(exported.name());
        };
    }

    /** The jump from the entry of an old function to the new one. */
    static Bytes jump(long from, long to) throws HostException {
        long distance = to - (from + ProcessPayload.JUMP);
        if (distance != (int) distance) {
            throw new HostException("0x%x cannot jump to 0x%x".formatted(from, to));
        }
        return new ByteSink(ORDER).u8(JUMP_OPCODE).u32(distance).toBytes();
    }
}
