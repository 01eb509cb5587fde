package suture.host.process;

import suture.dwarf.frame.FrameMemory;
import suture.finding.Finding;
import suture.host.process.ProcFiles.Mapping;
import suture.host.process.Unwinder.Frame;
import suture.machine.FrameFacts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for code on the stacks of all threads: in their frames as call frame information gives
 * them, and from where that ends, in every word that can be a return address ({@link WordSearch}).
 * So a function may seem busy that is not, where a stack cannot be unwound; never the reverse.
 */
final class StackSearch {
    private final StoppedProcess process;
    private final List<Mapping> maps;
    private final List<Watched> watched;
    private final CodeProbe probe;
    private final Unwinder unwinder;
    private final WordSearch words;
    private final List<Finding> findings = new ArrayList<>();

    /** Code that nobody may be in. */
    record Watched(String function, long start, long end) {
        /** Whether a thread that goes on at the address goes on behind the code's first byte. */
        boolean holds(long instruction) {
            return instruction > start && instruction < end;
        }

        /** Whether a call that returns to the address is a call of this code. */
        boolean called(long back) {
            return back > start && back <= end;
        }
    }

    StackSearch(
            StoppedProcess process,
            ProcessMemory memory,
            List<Mapping> maps,
            List<PatchRecord> patches,
            List<Watched> watched)
            throws IOException {
        this.process = process;
        this.maps = maps;
        this.watched = watched;
        FrameFacts facts = FrameFacts.X86_64;
        FrameMemory pages = new StoppedMemory(memory);
        this.probe = new CodeProbe(pages, maps, facts);
        List<RunningImage> images = RunningImage.all(memory, maps);
        FrameTables tables = new FrameTables(process.pid(), pages, images, patches);
        this.unwinder = new Unwinder(pages, maps, tables, probe, facts);
        this.words = new WordSearch(memory, maps, probe, facts);
    }

    /** One finding for each thread that is in watched code; none if all is clear. */
    List<Finding> run() throws IOException {
        for (int thread : process.threads()) {
            search(thread);
        }
        return findings;
    }

    private void search(int thread) throws IOException {
        Unwinder.Walk walk = unwinder.walk(Registers.of(thread).frame(FrameFacts.X86_64));
        List<Frame> frames = walk.frames();
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            for (Watched code : watched) {
                if (frame.exact() ? code.holds(frame.pc()) : code.called(frame.pc())) {
                    busy(thread, code, "frame " + i, frame.pc(), "a thread is in it");
                    return;
                }
            }
        }
        if (walk.lost() != null) {
            searchRest(thread, frames.getLast().stack(), walk.lost());
        }
    }

    /** The last frame's own stack is searched too: what is wrong may be its information. */
    private void searchRest(int thread, long stack, String lost) throws IOException {
        if (maps.stream().noneMatch(m -> m.contains(stack))) {
            findings.add(
                    Finding.error(
                            "unknown-stack",
                            name(thread),
                            "0x" + Long.toHexString(stack),
                            "its stack pointer is outside of all memory",
                            "try again"));
            return;
        }
        WordSearch.Hit hit = words.search(stack, watched);
        if (hit != null) {
            busy(
                    thread,
                    hit.code(),
                    hit.place(),
                    hit.word(),
                    "a thread may be in it: every word was taken for a return address, as its stack"
                            + " cannot be unwound beyond "
                            + lost);
        }
    }

    private void busy(int thread, Watched code, String place, long pc, String message) {
        String where =
                "thread %s, %s: %s+0x%x"
                        .formatted(name(thread), place, code.function(), pc - code.start());
        findings.add(
                Finding.error(
                        "function-on-stack",
                        code.function(),
                        where,
                        message,
                        "try again when it is idle, or wait longer with --timeout"));
    }

    private String name(int thread) {
        return thread + " (" + ProcFiles.name(process.pid(), thread) + ")";
    }
}
