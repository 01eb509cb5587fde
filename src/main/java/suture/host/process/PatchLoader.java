package suture.host.process;

import suture.bytes.Bytes;
import suture.finding.Finding;
import suture.host.process.PatchRecord.Entry;
import suture.host.process.PatchRecord.State;
import suture.host.process.ProcFiles.Mapping;
import suture.host.process.StackSearch.Watched;
import suture.target.process.ProcessPayload;
import suture.target.process.ProcessPayload.Area;
import suture.target.process.ProcessPayload.Code;
import suture.target.process.ProcessPayload.Redirect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Puts one payload into one stopped process. */
final class PatchLoader {
    private static final int MMAP = 9;
    private static final int MPROTECT = 10;
    private static final long READ = 1;
    private static final long READ_WRITE = 3;
    private static final long READ_EXECUTE = 5;

    /** MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE. */
    private static final long FLAGS = 0x2 | 0x20 | 0x10_0000;

    private final StoppedProcess process;
    private final ProcessMemory memory;
    private final List<Mapping> maps;
    private final List<RunningImage> images;
    private final List<PatchRecord> records;
    private final BoundPayload bound;
    private final String id;

    PatchLoader(StoppedProcess process, ProcessMemory memory, ProcessPayload payload, String id)
            throws IOException {
        this.process = process;
        this.memory = memory;
        this.id = id;
        this.maps = ProcFiles.maps(process.pid());
        this.images = RunningImage.of(memory, maps);
        this.records = PatchRecord.of(memory, maps);
        this.bound =
                BoundPayload.of(
                        process.pid(),
                        payload,
                        images,
                        new ExportedSymbols(process.pid(), memory, images));
    }

    /** Why it cannot be done now; nothing if it has been done. */
    List<Finding> load() throws IOException {
        checkRecords();
        checkCode();
        List<Finding> busy = new StackSearch(process, memory, maps, records, watched()).run();
        if (!busy.isEmpty()) {
            return busy;
        }
        BoundPayload.Memory place =
                bound.memory(AddressSpace.near(bound.image(), bound.memory(0).size(), maps));
        List<Bytes> contents = new ArrayList<>();
        for (Area area : place.areas().keySet()) {
            contents.add(bound.content(area, place));
        }
        PatchRecord record = record(place);
        map(place);
        int next = 0;
        for (Area area : place.areas().keySet()) {
            memory.write(place.area(area), contents.get(next++));
        }
        memory.write(record.address(), record.encoded());
        redirect(record);
        return List.of();
    }

    private void redirect(PatchRecord prepared) throws IOException {
        PatchRecord record = prepared.become(memory, State.APPLYING);
        for (Entry entry : record.entries()) {
            memory.write(entry.address(), entry.after());
        }
        record.become(memory, State.APPLIED);
    }

    private void checkRecords() throws HostException {
        for (PatchRecord record : records) {
            if (record.interrupted()) {
                throw new HostException(
                        "process %d has the patch %s half loaded: `suture revert` it first"
                                .formatted(process.pid(), record.name()));
            }
            if (record.id().equals(id)) {
                throw new HostException(
                        "process %d has this patch already, it is %s%s"
                                .formatted(
                                        process.pid(),
                                        LoadedPatch.of(record).state(),
                                        record.active() ? "" : ": `suture unload` it first"));
            }
        }
    }

    /** The old code must be what the payload was made for, jumps of other patches undone. */
    private void checkCode() throws IOException {
        RunningCode running = new RunningCode(memory, records);
        for (Redirect redirect : bound.payload().redirects()) {
            for (Code code : redirect.old()) {
                long difference = running.difference(bound.address(redirect, code), code.bytes());
                if (difference >= 0) {
                    throw new HostException(
                            "process %d: the code of %s in memory is not that of the file, from +0x%x"
                                            .formatted(
                                                    process.pid(), redirect.function(), difference)
                                    + " on: another tool has changed it");
                }
            }
        }
    }

    /** The old code, and the whole code of a patch that replaced the same function before. */
    private List<Watched> watched() {
        List<Watched> watched = new ArrayList<>();
        for (Redirect redirect : bound.payload().redirects()) {
            for (Code code : redirect.old()) {
                long start = bound.address(redirect, code);
                watched.add(new Watched(redirect.function(), start, start + code.bytes().size()));
                for (PatchRecord record : records) {
                    if (record.active()
                            && record.entries().stream()
                                    .anyMatch(e -> Math.abs(e.address() - start) < 16)) {
                        watched.add(
                                new Watched(
                                        redirect.function() + " of " + record.name(),
                                        record.code(),
                                        record.code() + record.codeSize()));
                    }
                }
            }
        }
        return watched;
    }

    private PatchRecord record(BoundPayload.Memory place) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long code = place.area(Area.CODE);
        for (Redirect redirect : bound.payload().redirects()) {
            Code body = redirect.old().getFirst();
            long entry = bound.address(redirect, body) + redirect.skip();
            entries.add(
                    new Entry(
                            redirect.function(),
                            entry,
                            (int) body.bytes().size() - redirect.skip(),
                            memory.read(entry, ProcessPayload.JUMP),
                            BoundPayload.jump(entry, code + redirect.entry())));
        }
        int sequence = records.isEmpty() ? 1 : records.getLast().sequence() + 1;
        PatchRecord record =
                new PatchRecord(
                        place.address(),
                        place.size(),
                        State.PREPARED,
                        sequence,
                        code,
                        bound.content(Area.CODE, place).size(),
                        place.areas().getOrDefault(Area.FRAMES, 0L),
                        bound.content(Area.FRAMES, place).size(),
                        bound.payload().name(),
                        id,
                        entries);
        if (record.encoded().size() > place.record()) {
            throw new IllegalStateException("the record needs more than " + place.record());
        }
        return record;
    }

    private void map(BoundPayload.Memory place) throws IOException {
        List<Detour.Call> calls = new ArrayList<>();
        calls.add(Detour.Call.of(MMAP, place.address(), place.size(), READ, FLAGS, -1L, 0L));
        place.areas()
                .forEach((area, start) -> {
                    long size =
                            BoundPayload.pages(
                                    java.util.Objects.requireNonNull(
                                                    bound.payload().parts().get(area))
                                            .size());
                    switch (area) {
                        case CODE -> calls.add(Detour.Call.of(MPROTECT, start, size, READ_EXECUTE));
                        case CONSTANT, FRAMES -> {}
                        case STATE -> calls.add(Detour.Call.of(MPROTECT, start, size, READ_WRITE));
                    }
                });
        Detour detour = new Detour(process, memory, Detour.place(process.pid(), images, maps));
        List<Long> results = detour.run(calls);
        for (int i = 0; i < results.size(); i++) {
            long expected = i == 0 ? place.address() : 0;
            if (results.get(i) != expected) {
                throw new HostException(
                        "process %d cannot get memory for the patch: %s gave %d"
                                .formatted(
                                        process.pid(),
                                        i == 0 ? "mmap" : "mprotect",
                                        results.get(i)));
            }
        }
    }
}
