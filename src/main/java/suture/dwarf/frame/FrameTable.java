package suture.dwarf.frame;

import org.jspecify.annotations.Nullable;

import suture.bytes.Cursor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the entry of an address.
 *
 * <p>{@code .eh_frame_hdr} (LSB, 10.6.2), which a program header of type {@code PT_GNU_EH_FRAME}
 * points to:
 *
 * <pre>
 *   version        1   1
 *   encodings      3   of the three that follow
 *   .eh_frame          its address
 *   count              of the table
 *   table              pairs: address of a function, address of its entry; sorted
 * </pre>
 */
public final class FrameTable {
    private static final int PAIR = 8;
    private static final int MOST = 1 << 17;
    private static final int LARGEST_HEAD = 20;

    private final FrameMemory memory;
    private final FrameReader reader;
    private final long header;
    private final long table;
    private final long count;
    private final TreeMap<Long, FrameEntry> index = new TreeMap<>(Long::compareUnsigned);
    private final Map<Long, FrameEntry> found = new HashMap<>();

    private FrameTable(FrameMemory memory, long header, long table, long count) {
        this.memory = memory;
        this.reader = new FrameReader(memory);
        this.header = header;
        this.table = table;
        this.count = count;
    }

    /**
     * The entries that {@code .eh_frame_hdr} leads to.
     *
     * @param address of the header
     * @param size of the header with its table
     */
    public static FrameTable header(FrameMemory memory, long address, long size) {
        if (size < 4) {
            throw FrameReader.bad(address, "a header", size + " bytes");
        }
        try {
            Cursor in =
                    new Cursor(
                            memory.read(address, Math.min(size, LARGEST_HEAD)), FrameReader.ORDER);
            int version = in.u8();
            if (version != 1) {
                throw FrameReader.bad(address, "version 1", "version " + version);
            }
            PointerEncoding frames = new PointerEncoding(in.u8());
            PointerEncoding number = new PointerEncoding(in.u8());
            PointerEncoding pairs = new PointerEncoding(in.u8());
            long section = frames.read(in, address, address);
            if (number.omitted() || !pairs.sortable()) {
                FrameTable table = new FrameTable(memory, address, 0, 0);
                table.scan(section, Long.MAX_VALUE);
                return table;
            }
            long count = number.read(in, address, address);
            long start = in.position();
            if (count < 0 || count > (size - start) / PAIR) {
                throw FrameReader.bad(address, "a table inside of the header", count + " entries");
            }
            return new FrameTable(memory, address, address + start, count);
        } catch (IndexOutOfBoundsException e) {
            throw FrameReader.bad(address, "a whole header", size + " bytes");
        }
    }

    /** The entries of a whole {@code .eh_frame}. */
    public static FrameTable section(FrameMemory memory, long address, long size) {
        FrameTable table = new FrameTable(memory, address, 0, 0);
        table.scan(address, size);
        return table;
    }

    private void scan(long section, long size) {
        long at = section;
        for (int i = 0; at - section < size; i++) {
            if (i == MOST) {
                throw FrameReader.bad(section, "up to " + MOST + " entries", "more");
            }
            long next = reader.next(at);
            if (next < 0) {
                return;
            }
            FrameEntry entry = reader.entry(at);
            if (entry != null) {
                index.put(entry.start(), entry);
            }
            at = next;
        }
    }

    /** All entries, in order of where they stand; only of a whole section. */
    public List<FrameEntry> entries() {
        List<FrameEntry> entries = new ArrayList<>(index.values());
        entries.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        return entries;
    }

    /**
     * The entry that covers the address; null if none does.
     *
     * @throws suture.bytes.FormatException if what stands there is none
     */
    public @Nullable FrameEntry find(long pc) {
        if (count == 0) {
            Map.Entry<Long, FrameEntry> before = index.floorEntry(pc);
            return before != null && before.getValue().covers(pc) ? before.getValue() : null;
        }
        long low = 0;
        long high = count;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (Long.compareUnsigned(word(middle, 0), pc) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return null;
        }
        FrameEntry entry = entry(word(low - 1, 4));
        return entry != null && entry.covers(pc) ? entry : null;
    }

    private @Nullable FrameEntry entry(long address) {
        FrameEntry known = found.get(address);
        if (known == null) {
            known = reader.entry(address);
            if (known != null) {
                found.put(address, known);
            }
        }
        return known;
    }

    private long word(long row, int column) {
        return header + memory.read(table + PAIR * row + column, 4).s32(0, FrameReader.ORDER);
    }
}
