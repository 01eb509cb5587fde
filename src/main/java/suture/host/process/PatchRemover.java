package suture.host.process;

import suture.bytes.Bytes;
import suture.finding.Finding;
import suture.host.process.PatchRecord.Entry;
import suture.host.process.PatchRecord.State;
import suture.host.process.ProcFiles.Mapping;
import suture.host.process.StackSearch.Watched;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Undoes a patch in one stopped process, and gives its memory back. */
final class PatchRemover {
    private static final int MUNMAP = 11;
    private static final int RED_ZONE = 128;
    private static final int CHUNK = 1 << 20;

    private final StoppedProcess process;
    private final ProcessMemory memory;
    private final List<Mapping> maps;
    private final List<PatchRecord> records;
    private final PatchRecord record;

    PatchRemover(StoppedProcess process, ProcessMemory memory, String name) throws IOException {
        this.process = process;
        this.memory = memory;
        this.maps = ProcFiles.maps(process.pid());
        this.records = PatchRecord.of(memory, maps);
        this.record =
                records.reversed().stream()
                        .filter(r -> r.named(name))
                        .findFirst()
                        .orElseThrow(() -> missing(name));
    }

    private HostException missing(String name) {
        List<String> names = records.stream().map(PatchRecord::name).toList();
        return new HostException(
                "process %d has no patch %s%s"
                        .formatted(
                                process.pid(),
                                name,
                                names.isEmpty() ? "" : ", only " + String.join(", ", names)));
    }

    /** Puts the old bytes back. Why it cannot be done now; nothing if it has been done. */
    List<Finding> revert() throws IOException {
        if (record.state() == State.REVERTED) {
            throw new HostException(
                    "patch " + record.name() + " of process " + process.pid() + " is reverted");
        }
        checkOrder();
        for (Entry entry : record.entries()) {
            checkEntry(entry);
        }
        List<Finding> busy = search();
        if (!busy.isEmpty()) {
            return busy;
        }
        record.become(memory, State.REVERTING);
        for (Entry entry : record.entries().reversed()) {
            memory.write(entry.address(), entry.before());
        }
        record.become(memory, State.REVERTED);
        return List.of();
    }

    private void checkOrder() throws HostException {
        for (PatchRecord later : records) {
            if (later.sequence() > record.sequence() && later.active()) {
                for (Entry entry : record.entries()) {
                    if (later.entries().stream().anyMatch(e -> e.address() == entry.address())) {
                        throw new HostException(
                                "patch %s of process %d lies under %s, which replaces %s too: revert"
                                                .formatted(
                                                        record.name(),
                                                        process.pid(),
                                                        later.name(),
                                                        entry.function())
                                        + " that first");
                    }
                }
            }
        }
    }

    private void checkEntry(Entry entry) throws IOException {
        Bytes now = memory.read(entry.address(), (int) entry.after().size());
        boolean known =
                now.equals(entry.after()) || (record.interrupted() && now.equals(entry.before()));
        if (!known) {
            throw new HostException(
                    "process %d: the entry of %s is %s, which patch %s did not write"
                            .formatted(process.pid(), entry.function(), now.hex(), record.name()));
        }
    }

    private List<Finding> search() throws IOException {
        Watched code =
                new Watched(
                        "code of " + record.name(),
                        record.code() - 1,
                        record.code() + record.codeSize());
        return new StackSearch(process, memory, maps, records, List.of(code)).run();
    }

    /** Gives the memory back. Why it cannot be done now; nothing if it has been done. */
    List<Finding> unload() throws IOException {
        if (record.active()) {
            throw new HostException(
                    "patch %s of process %d is in use: `suture revert` it first"
                            .formatted(record.name(), process.pid()));
        }
        List<Finding> busy = search();
        if (busy.isEmpty()) {
            busy = pointers();
        }
        if (!busy.isEmpty()) {
            return busy;
        }
        List<RunningImage> images = RunningImage.of(memory, maps);
        Detour detour = new Detour(process, memory, Detour.place(process.pid(), images, maps));
        long result =
                detour.run(List.of(Detour.Call.of(MUNMAP, record.address(), record.size())))
                        .getFirst();
        if (result != 0) {
            throw new HostException(
                    "process " + process.pid() + ": munmap of the patch gave " + result);
        }
        return List.of();
    }

    /** Memory or registers that hold an address in the patch's memory: it may still be used. */
    private List<Finding> pointers() throws IOException {
        Map<Long, Long> stacks = new TreeMap<>();
        for (int thread : process.threads()) {
            Registers registers = Registers.of(thread);
            for (long value : registers.all()) {
                if (inside(value)) {
                    return List.of(pointer("a register of thread " + thread));
                }
            }
            for (Mapping mapping : maps) {
                if (mapping.contains(registers.stack())) {
                    stacks.merge(mapping.start(), registers.stack() - RED_ZONE, Math::min);
                }
            }
        }
        for (Mapping mapping : maps) {
            if (mapping.writable() && mapping.readable() && !inside(mapping.start())) {
                long from = stacks.getOrDefault(mapping.start(), mapping.start()) & -8;
                long found = search(Math.max(from, mapping.start()), mapping.end());
                if (found != 0) {
                    return List.of(
                            pointer(
                                    "%s, 0x%x"
                                            .formatted(
                                                    mapping.path().isEmpty()
                                                            ? "anonymous memory"
                                                            : mapping.path(),
                                                    found)));
                }
            }
        }
        return List.of();
    }

    private boolean inside(long value) {
        return value >= record.address() && value < record.address() + record.size();
    }

    private long search(long from, long to) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, to - from)];
        for (long at = from; at < to; at += CHUNK) {
            int count = memory.read(at, chunk);
            ByteBuffer words = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i + 8 <= Math.min(count, to - at); i += 8) {
                if (inside(words.getLong(i))) {
                    return at + i;
                }
            }
        }
        return 0;
    }

    private Finding pointer(String place) {
        return Finding.error(
                "pointer-into-patch",
                record.name(),
                place,
                "the process may still use the patch's memory",
                "leave it there: it does no harm; or try again later");
    }
}
