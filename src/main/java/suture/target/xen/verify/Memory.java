package suture.target.xen.verify;

import static suture.target.xen.XenError.EOPNOTSUPP;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.target.xen.verify.RawPayload.Part;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the sections of a payload go, and what is there: code, then writable data, then constants,
 * each from a new page (Xen {@code common/livepatch.c}: {@code move_payload}). Relocations write
 * into it; after that it is only read.
 */
final class Memory {
    private static final int PAGE = 4096;

    private record Room(long address, byte[] content) {}

    private final Map<Integer, Room> rooms = new HashMap<>();
    private final long textStart;
    private final long textSize;
    private final long end;
    private final boolean again;

    /**
     * Lays a payload out.
     *
     * @param base its first address
     */
    Memory(RawPayload payload, long base, Answers answers) {
        Map<Integer, Long> offsets = new HashMap<>();
        long[] sizes = new long[3];
        int writable = 0;
        boolean onlyFunctions = true;
        for (Part part : payload.sections()) {
            if (part.index() == 0 || !part.isLoaded()) {
                continue;
            }
            if (part.isWritable() && part.isCode()) {
                answers.refuse(
                        EOPNOTSUPP,
                        "writable-code",
                        part.name(),
                        "it is code and writable",
                        "separate code from data");
                continue;
            }
            int region = region(part);
            // The loader rounds with the alignment as it stands; 0 rounds down to 0.
            long at = (sizes[region] + part.alignment() - 1) & -part.alignment();
            if (part.alignment() == 0 && sizes[region] > 0 && part.size() > 0) {
                answers.error(
                        "section-alignment",
                        part.name(),
                        "the hypervisor puts it over the sections before it: its alignment is 0",
                        "give it alignment 1");
            }
            offsets.put(part.index(), at);
            sizes[region] = at + part.size();
            if (region == 1 && part.size() > 0) {
                writable++;
                onlyFunctions &= part.name().equals(FunctionRules.SECTION);
            }
        }
        again = writable == 0 || (writable == 1 && onlyFunctions);
        long data = base + pages(sizes[0]);
        long constants = data + pages(sizes[1]);
        long[] starts = {base, data, constants};
        textStart = base;
        textSize = sizes[0];
        end = constants + pages(sizes[2]);
        for (Part part : payload.sections()) {
            Long offset = offsets.get(part.index());
            if (offset != null) {
                byte[] content = new byte[Math.toIntExact(part.size())];
                if (part.type() != Elf.SHT_NOBITS) {
                    part.content().copyTo(0, content, 0, content.length);
                }
                rooms.put(part.index(), new Room(starts[region(part)] + offset, content));
            }
        }
    }

    private static int region(Part part) {
        return part.isCode() ? 0 : part.isWritable() ? 1 : 2;
    }

    private static long pages(long size) {
        return (size + PAGE - 1) / PAGE * PAGE;
    }

    /** The first address after the payload. */
    long end() {
        return end;
    }

    /** Whether it may be applied again after a revert: nothing in it changes. */
    boolean isUnchanging() {
        return again;
    }

    /** Whether a piece lies in the payload's code. */
    boolean isCode(long address, long size) {
        return address >= textStart && size <= textSize && address + size <= textStart + textSize;
    }

    /** Where a section is; 0 if it is not loaded. */
    long address(Part part) {
        Room room = rooms.get(part.index());
        return room == null ? 0 : room.address();
    }

    /** What is in a section now. */
    Bytes content(Part part) {
        Room room = rooms.get(part.index());
        return room == null ? Bytes.EMPTY : Bytes.of(room.content());
    }

    /** Writes four bytes, or eight. */
    void write(Part part, long offset, long value, int width) {
        Room room = rooms.get(part.index());
        if (room != null) {
            ByteBuffer buffer = ByteBuffer.wrap(room.content()).order(ByteOrder.LITTLE_ENDIAN);
            if (width == 8) {
                buffer.putLong(Math.toIntExact(offset), value);
            } else {
                buffer.putInt(Math.toIntExact(offset), (int) value);
            }
        }
    }

    /** From an address to the end of its section; null outside. */
    @Nullable Bytes at(long address) {
        for (Room room : rooms.values()) {
            long offset = address - room.address();
            if (offset >= 0 && offset < room.content().length) {
                return Bytes.of(room.content()).from(offset);
            }
        }
        return null;
    }
}
