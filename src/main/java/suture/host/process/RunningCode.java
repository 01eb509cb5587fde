package suture.host.process;

import suture.bytes.Bytes;
import suture.host.process.PatchRecord.Entry;

import java.io.IOException;
import java.util.List;

/** The code of a process as it would be without the jumps of Suture's own patches. */
final class RunningCode {
    private final ProcessMemory memory;
    private final List<PatchRecord> records;

    RunningCode(ProcessMemory memory, List<PatchRecord> records) {
        this.memory = memory;
        this.records = records;
    }

    /** Where the code first differs from what it should be; -1 if nowhere. */
    long difference(long address, Bytes expected) throws IOException {
        return unpatched(address, (int) expected.size()).mismatch(expected);
    }

    private Bytes unpatched(long address, int size) throws IOException {
        byte[] code = memory.read(address, size).toArray();
        for (PatchRecord record : records.reversed()) {
            if (record.active()) {
                for (Entry entry : record.entries()) {
                    undo(entry, address, code);
                }
            }
        }
        return Bytes.of(code);
    }

    /** An entry may lie across the end of what was read. */
    private static void undo(Entry entry, long address, byte[] code) {
        for (int i = 0; i < entry.before().size(); i++) {
            long at = entry.address() + i - address;
            if (at >= 0 && at < code.length) {
                code[(int) at] = (byte) entry.before().u8(i);
            }
        }
    }
}
