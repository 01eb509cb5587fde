package suture.host.process;

import suture.bytes.Bytes;
import suture.finding.Finding;
import suture.host.process.ProcFiles.Mapping;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for code on the stacks of all threads: the instruction pointers, and every aligned word
 * between the stack pointer and the end of the stack's memory that can be a return address, which
 * is one behind a call instruction. That finds every frame without unwinding information; a word
 * left over from an earlier call can look like one, so a function may seem busy that is not, never
 * the reverse.
 *
 * <p>A frame of a signal handler is known by its return address, which leads to {@code mov $15,
 * %rax; syscall}; the interrupted instruction and stack pointers stand in it ({@code struct
 * rt_sigframe}, arch/x86/include/asm/sigframe.h).
 */
final class StackSearch {
    private static final int SIGNAL_STACK = 168;
    private static final int SIGNAL_INSTRUCTION = 176;
    private static final int CHUNK = 1 << 20;
    private static final int LONGEST_CALL = 8;
    private static final Bytes SIGRETURN =
            Bytes.of(new byte[] {0x48, (byte) 0xc7, (byte) 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05});

    /** Code that nobody may be in. */
    record Watched(String function, long start, long end) {}

    private final StoppedProcess process;
    private final ProcessMemory memory;
    private final List<Mapping> maps;
    private final List<Watched> watched;
    private final List<Finding> findings = new ArrayList<>();

    StackSearch(
            StoppedProcess process,
            ProcessMemory memory,
            List<Mapping> maps,
            List<Watched> watched) {
        this.process = process;
        this.memory = memory;
        this.maps = maps;
        this.watched = watched;
    }

    /** One finding for each thread that is in watched code; none if all is clear. */
    List<Finding> run() throws IOException {
        for (int thread : process.threads()) {
            search(thread);
        }
        return findings;
    }

    private void search(int thread) throws IOException {
        Registers registers = Registers.of(thread);
        if (report(thread, registers.instruction(), false, "instruction pointer")) {
            return;
        }
        Deque<Long> stacks = new ArrayDeque<>(List.of(registers.stack()));
        Set<Long> seen = new HashSet<>();
        while (!stacks.isEmpty()) {
            long stack = stacks.remove();
            Mapping mapping = maps.stream().filter(m -> m.contains(stack)).findFirst().orElse(null);
            if (mapping == null) {
                findings.add(
                        Finding.error(
                                "unknown-stack",
                                name(thread),
                                "0x" + Long.toHexString(stack),
                                "its stack pointer is outside of all memory",
                                "try again"));
            } else if (seen.add(mapping.start()) && search(thread, stack, mapping.end(), stacks)) {
                return;
            }
        }
    }

    private boolean search(int thread, long from, long to, Deque<Long> stacks) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, to - from)];
        for (long at = from & -8; at < to; at += CHUNK) {
            int count = memory.read(at, chunk);
            ByteBuffer words = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i + 8 <= Math.min(count, to - at); i += 8) {
                long word = words.getLong(i);
                String place = "stack at 0x" + Long.toHexString(at + i);
                if (report(thread, word, true, place)) {
                    return true;
                }
                if (signalFrame(word)) {
                    long instruction = memory.word(at + i + SIGNAL_INSTRUCTION);
                    if (report(thread, instruction, false, place + " (signal frame)")) {
                        return true;
                    }
                    stacks.add(memory.word(at + i + SIGNAL_STACK));
                }
            }
            if (count < chunk.length) {
                break;
            }
        }
        return false;
    }

    private boolean signalFrame(long word) throws IOException {
        if (maps.stream().noneMatch(m -> m.executable() && m.contains(word))) {
            return false;
        }
        byte[] code = new byte[(int) SIGRETURN.size()];
        return memory.read(word, code) == code.length && Bytes.of(code).equals(SIGRETURN);
    }

    private boolean report(int thread, long word, boolean fromCall, String place)
            throws IOException {
        for (Watched code : watched) {
            boolean inside = word > code.start() && word < code.end() + (fromCall ? 1 : 0);
            if (inside && (!fromCall || behindCall(word))) {
                findings.add(
                        Finding.error(
                                "function-on-stack",
                                code.function(),
                                "thread %s, %s: %s+0x%x"
                                        .formatted(
                                                name(thread),
                                                place,
                                                code.function(),
                                                word - code.start()),
                                "a thread is in it",
                                "try again when it is idle, or wait longer with --timeout"));
                return true;
            }
        }
        return false;
    }

    private String name(int thread) {
        return thread + " (" + ProcFiles.name(process.pid(), thread) + ")";
    }

    /** Whether the bytes before the address end with a call: e8 rel32, or ff /2 of 2 to 7 bytes. */
    private boolean behindCall(long address) throws IOException {
        Bytes before = memory.read(address - LONGEST_CALL, LONGEST_CALL);
        if (before.u8(LONGEST_CALL - 5) == 0xe8) {
            return true;
        }
        for (int length = 2; length <= 7; length++) {
            int at = LONGEST_CALL - length;
            int operation = (before.u8(at + 1) >> 3) & 7;
            if (before.u8(at) == 0xff && (operation == 2 || operation == 3)) {
                return true;
            }
        }
        return false;
    }
}
