package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.host.process.ProcFiles.Mapping;
import suture.host.process.StackSearch.Watched;
import suture.machine.FrameFacts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for code on a stack without unwinding it: every aligned word between a stack pointer and
 * the end of the stack's memory that can be a return address, which is one behind a call. That
 * finds every frame; a word left over from an earlier call can look like one.
 *
 * <p>A frame of a signal handler is known by its return address; the interrupted instruction and
 * stack pointers stand in it, and that stack is searched as well.
 */
final class WordSearch {
    private static final int CHUNK = 1 << 20;
    private static final int WORD = 8;

    private final ProcessMemory memory;
    private final List<Mapping> maps;
    private final CodeProbe probe;
    private final long signalStack;
    private final long signalInstruction;

    WordSearch(ProcessMemory memory, List<Mapping> maps, CodeProbe probe, FrameFacts facts) {
        this.memory = memory;
        this.maps = maps;
        this.probe = probe;
        long context = (long) WORD + facts.signalContext();
        List<Integer> order = facts.interrupted();
        this.signalStack = context + WORD * (long) order.indexOf(facts.stackPointer());
        this.signalInstruction = context + WORD * (long) order.indexOf(facts.returnAddress());
    }

    /** A word that leads into code that nobody may be in. */
    record Hit(Watched code, long word, String place) {}

    /** The first hit from the stack pointer on; null if there is none. */
    @Nullable Hit search(long stack, List<Watched> watched) throws IOException {
        Deque<Long> stacks = new ArrayDeque<>(List.of(stack));
        Map<Long, Long> searched = new HashMap<>();
        while (!stacks.isEmpty()) {
            long next = stacks.remove();
            Mapping mapping = maps.stream().filter(m -> m.contains(next)).findFirst().orElse(null);
            long end = mapping == null ? 0 : searched.getOrDefault(mapping.start(), mapping.end());
            if (mapping != null && next < end) {
                searched.put(mapping.start(), next);
                Hit hit = search(next & -WORD, end, stacks, watched);
                if (hit != null) {
                    return hit;
                }
            }
        }
        return null;
    }

    private @Nullable Hit search(long from, long to, Deque<Long> stacks, List<Watched> watched)
            throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, to - from)];
        for (long at = from; at < to; at += CHUNK) {
            int count = memory.read(at, chunk);
            ByteBuffer words = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i + WORD <= Math.min(count, to - at); i += WORD) {
                long word = words.getLong(i);
                String place = "stack at 0x" + Long.toHexString(at + i);
                for (Watched code : watched) {
                    if (code.called(word) && probe.behindCall(word)) {
                        return new Hit(code, word, place);
                    }
                }
                if (probe.signalReturn(word)) {
                    Hit hit = interrupted(at + i, place, watched);
                    if (hit != null) {
                        return hit;
                    }
                    stacks.add(memory.word(at + i + signalStack));
                }
            }
            if (count < chunk.length) {
                break;
            }
        }
        return null;
    }

    private @Nullable Hit interrupted(long at, String place, List<Watched> watched)
            throws IOException {
        long word = memory.word(at + signalInstruction);
        for (Watched code : watched) {
            if (code.holds(word)) {
                return new Hit(code, word, place + " (signal frame)");
            }
        }
        return null;
    }
}
