package suture.host.process;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.dwarf.frame.FrameMemory;

import java.util.HashMap;
import java.util.Map;

/** Memory of a process while it is stopped: each page is read once. */
final class StoppedMemory implements FrameMemory {
    private static final int PAGE = 4096;
    private static final int MOST = 1 << 14;

    private final ProcessMemory memory;
    private final Map<Long, Bytes> pages = new HashMap<>();

    StoppedMemory(ProcessMemory memory) {
        this.memory = memory;
    }

    @Override
    public Bytes read(long address, long length) {
        long offset = address & (PAGE - 1);
        if (offset + length <= PAGE) {
            Bytes page = page(address - offset);
            if (page.contains(offset, length)) {
                return page.slice(offset, length);
            }
            throw missing(address);
        }
        byte[] content = new byte[Math.toIntExact(length)];
        if (memory.read(address, content) < length) {
            throw missing(address);
        }
        return Bytes.of(content);
    }

    private Bytes page(long address) {
        if (pages.size() == MOST) {
            pages.clear();
        }
        return pages.computeIfAbsent(
                address,
                a -> {
                    byte[] content = new byte[PAGE];
                    return Bytes.of(content, 0, memory.read(a, content));
                });
    }

    private static FormatException missing(long address) {
        return new FormatException(
                "memory", "0x" + Long.toHexString(address), -1, "content", "nothing mapped");
    }
}
