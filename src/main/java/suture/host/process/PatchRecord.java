package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.bytes.Cursor;
import suture.host.process.ProcFiles.Mapping;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a patch in a process says about itself, at the start of its memory.
 *
 * <pre>
 *   magic      0  8   "SUTURE2\n"
 *   address    8  8   of the memory itself; a copy elsewhere is none
 *   size      16  8   of the memory
 *   state     24  4
 *   sequence  28  4   the higher, the later
 *   length    32  4   of what follows
 *   code      40  8 address, 8 size of the new code
 *   frames    56  8 address, 8 size of its call frame information; size 0 if it has none
 *   name, id      NUL-terminated
 *   count     4       entries: function NUL, address 8, old size 4, length 4, old bytes, new bytes
 * </pre>
 */
record PatchRecord(
        long address,
        long size,
        State state,
        int sequence,
        long code,
        long codeSize,
        long frames,
        long framesSize,
        String name,
        String id,
        List<Entry> entries) {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final long MAGIC = 0x0a32_4552_5554_5553L;
    private static final int STATE = 24;
    private static final int HEADER = 40;
    private static final int LIMIT = 1 << 24;

    /** How far the patch is; written before the entries are. */
    enum State {
        PREPARED(0),
        APPLYING(1),
        APPLIED(2),
        REVERTING(3),
        REVERTED(4);

        private final int code;

        State(int code) {
            this.code = code;
        }

        static @Nullable State of(int code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            return null;
        }
    }

    /**
     * A changed place of the old code.
     *
     * @param function the function's name
     * @param address where bytes were changed
     * @param size of the old function from there on
     * @param before the bytes that stood there
     * @param after the bytes that stand there now
     */
    record Entry(String function, long address, int size, Bytes before, Bytes after) {}

    /** Its bytes. */
    Bytes encoded() {
        ByteSink sink = new ByteSink(ORDER);
        sink.u64(MAGIC).u64(address).u64(size).u32(state.code).u32(sequence).u64(0);
        sink.u64(code)
                .u64(codeSize)
                .u64(frames)
                .u64(framesSize)
                .cstring(name)
                .cstring(id)
                .u32(entries.size());
        for (Entry entry : entries) {
            sink.cstring(entry.function()).u64(entry.address()).u32(entry.size());
            sink.u32(entry.before().size()).put(entry.before()).put(entry.after());
        }
        return sink.u32At(32, sink.size() - HEADER).toBytes();
    }

    private static @Nullable PatchRecord decoded(ProcessMemory memory, long address)
            throws IOException {
        byte[] start = new byte[HEADER];
        if (memory.read(address, start) < HEADER) {
            return null;
        }
        Bytes header = Bytes.of(start);
        long length = header.u32(32, ORDER);
        State state = State.of(header.s32(STATE, ORDER));
        if (header.s64(0, ORDER) != MAGIC
                || header.s64(8, ORDER) != address
                || length > LIMIT
                || state == null) {
            return null;
        }
        Cursor body = new Cursor(memory.read(address + HEADER, (int) length), ORDER);
        long code = body.s64();
        long codeSize = body.s64();
        long frames = body.s64();
        long framesSize = body.s64();
        String name = body.cstring();
        String id = body.cstring();
        List<Entry> entries = new ArrayList<>();
        long count = body.u32();
        for (int i = 0; i < count; i++) {
            String function = body.cstring();
            long place = body.s64();
            int size = body.s32();
            long bytes = body.u32();
            entries.add(new Entry(function, place, size, body.take(bytes), body.take(bytes)));
        }
        return new PatchRecord(
                address,
                header.s64(16, ORDER),
                state,
                header.s32(28, ORDER),
                code,
                codeSize,
                frames,
                framesSize,
                name,
                id,
                List.copyOf(entries));
    }

    /** All patches of a process, the oldest first. */
    static List<PatchRecord> of(ProcessMemory memory, List<Mapping> maps) throws IOException {
        List<PatchRecord> records = new ArrayList<>();
        for (Mapping mapping : maps) {
            if (mapping.inode() == 0 && mapping.permissions().equals("r--p")) {
                PatchRecord record = decoded(memory, mapping.start());
                if (record != null) {
                    records.add(record);
                }
            }
        }
        records.sort(Comparator.comparingInt(PatchRecord::sequence));
        return records;
    }

    /** Writes another state into the process. */
    PatchRecord become(ProcessMemory memory, State next) throws IOException {
        memory.write(address + STATE, new ByteSink(ORDER).u32(next.code).toBytes());
        return new PatchRecord(
                address,
                size,
                next,
                sequence,
                code,
                codeSize,
                frames,
                framesSize,
                name,
                id,
                entries);
    }

    /** Whether entries lead, or may lead, into it. */
    boolean active() {
        return switch (state) {
            case APPLYING, APPLIED, REVERTING -> true;
            case PREPARED, REVERTED -> false;
        };
    }

    /** Whether a run of Suture ended in the middle of a change of it. */
    boolean interrupted() {
        return switch (state) {
            case PREPARED, APPLYING, REVERTING -> true;
            case APPLIED, REVERTED -> false;
        };
    }

    boolean named(String wanted) {
        return name.equals(wanted) || (wanted.length() >= 8 && id.startsWith(wanted));
    }
}
