package suture.host.process;

import suture.dwarf.frame.RegisterSet;
import suture.machine.FrameFacts;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The registers of a stopped x86-64 thread, as {@code struct user_regs_struct} of {@code
 * sys/user.h}: 27 values of eight bytes.
 */
final class Registers {
    private static final int COUNT = 27;
    private static final int RAX = 10;
    private static final int ORIG_RAX = 15;
    private static final int RIP = 16;
    private static final int RSP = 19;
    private static final int RESTART_SYSCALL = 219;

    /** ERESTARTSYS to ERESTARTNOHAND, and ERESTART_RESTARTBLOCK; linux/errno.h. */
    private static final long RESTART_FIRST = -514;

    private static final long RESTART_LAST = -512;
    private static final long RESTART_BLOCK = -516;

    private final long[] values;

    private Registers(long[] values) {
        this.values = values;
    }

    static Registers of(int thread) throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(ValueLayout.JAVA_LONG, COUNT);
            int error = LibC.ptrace(LibC.GETREGS, thread, buffer);
            if (error < 0) {
                throw new HostException("thread " + thread + " has ended");
            }
            return new Registers(buffer.toArray(ValueLayout.JAVA_LONG));
        }
    }

    void applyTo(int thread) throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocateFrom(ValueLayout.JAVA_LONG, values);
            if (LibC.ptrace(LibC.SETREGS, thread, buffer) < 0) {
                throw new HostException("thread " + thread + " has ended");
            }
        }
    }

    long result() {
        return values[RAX];
    }

    long instruction() {
        return values[RIP];
    }

    long stack() {
        return values[RSP];
    }

    /** As call frame information numbers them. */
    RegisterSet frame(FrameFacts facts) {
        return RegisterSet.of(facts.traced().stream().mapToLong(i -> values[i]).toArray());
    }

    /** All values; a return address may be in any of them while a function is entered. */
    long[] all() {
        return values.clone();
    }

    /** Whether the thread was stopped in a system call. */
    boolean inSystemCall() {
        return values[ORIG_RAX] >= 0;
    }

    /**
     * The state to go on with if the kernel does not see the way out of the interrupted system
     * call: what it would do itself (arch/x86/kernel/signal.c), written out.
     */
    Registers resumed() {
        long[] resumed = values.clone();
        if (inSystemCall()) {
            long result = values[RAX];
            if (result >= RESTART_FIRST && result <= RESTART_LAST) {
                resumed[RAX] = values[ORIG_RAX];
                resumed[RIP] -= 2;
            } else if (result == RESTART_BLOCK) {
                resumed[RAX] = RESTART_SYSCALL;
                resumed[RIP] -= 2;
            }
            resumed[ORIG_RAX] = -1;
        }
        return new Registers(resumed);
    }

    /** The same with another place and another stack. */
    Registers at(long instruction, long stack) {
        long[] moved = values.clone();
        moved[RIP] = instruction;
        moved[RSP] = stack;
        moved[ORIG_RAX] = -1;
        return new Registers(moved);
    }
}
