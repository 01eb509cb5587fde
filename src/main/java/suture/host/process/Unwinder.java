package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.dwarf.frame.CallerFrame;
import suture.dwarf.frame.FrameEntry;
import suture.dwarf.frame.FrameMemory;
import suture.dwarf.frame.RegisterSet;
import suture.host.process.ProcFiles.Mapping;
import suture.machine.FrameFacts;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows the frames of a stopped thread, as long as nothing speaks against them.
 *
 * <p>A frame is looked up at its instruction if it was interrupted there (it is the innermost one,
 * or a signal came), else one byte before the place that its call returns to: behind a call of a
 * function that does not return the next function may begin. A caller is believed if its stack
 * pointer lies above the callee's and in the same memory, unless a signal has changed stacks, and
 * if its instruction stands behind a call. (The innermost frame may have no stack of its own: at
 * the end of {@code longjmp} the stack pointer is that of the target.)
 */
final class Unwinder {
    private static final int MOST_FRAMES = 1 << 20;
    private static final int MOST_SIGNALS = 256;
    private static final int WORD = 8;

    private final FrameMemory memory;
    private final List<Mapping> maps;
    private final FrameTables tables;
    private final CodeProbe probe;
    private final FrameFacts facts;
    private final CallerFrame.Convention convention;

    Unwinder(
            FrameMemory memory,
            List<Mapping> maps,
            FrameTables tables,
            CodeProbe probe,
            FrameFacts facts) {
        this.memory = memory;
        this.maps = maps;
        this.tables = tables;
        this.probe = probe;
        this.facts = facts;
        this.convention = new CallerFrame.Convention(facts.stackPointer(), facts.preserved());
    }

    /**
     * An active function.
     *
     * @param pc its instruction, or where its call returns to
     * @param exact whether it was interrupted there
     * @param stack its stack pointer
     */
    record Frame(long pc, boolean exact, long stack) {
        /** An address in the function's own code. */
        long inside() {
            return exact ? pc : pc - 1;
        }

        @Override
        public String toString() {
            return "0x%x%s, stack 0x%x".formatted(pc, exact ? " itself" : "", stack);
        }
    }

    /**
     * The frames of a thread, the innermost first.
     *
     * @param lost why the caller of the last one is not known; null if it has none
     */
    record Walk(List<Frame> frames, @Nullable String lost) {}

    Walk walk(RegisterSet start) {
        List<Frame> frames = new ArrayList<>();
        RegisterSet registers = start;
        boolean exact = true;
        int signals = 0;
        while (true) {
            Frame frame = new Frame(pc(registers), exact, stack(registers));
            frames.add(frame);
            try {
                Step step = step(frame, registers);
                if (step == null) {
                    return new Walk(frames, null);
                }
                registers = step.registers();
                exact = step.signal();
                signals += exact ? 1 : 0;
            } catch (FormatException e) {
                return new Walk(frames, at(frame) + ": " + e.getMessage());
            }
            if (frames.size() == MOST_FRAMES || signals == MOST_SIGNALS) {
                return new Walk(frames, at(frame) + ": there are too many frames");
            }
        }
    }

    private String at(Frame frame) {
        return tables.name(frame.pc());
    }

    /** A caller, and whether a signal interrupted it. */
    private record Step(RegisterSet registers, boolean signal) {}

    private @Nullable Step step(Frame frame, RegisterSet registers) {
        FrameEntry entry = tables.find(frame.inside());
        if (entry == null) {
            if (probe.signalReturn(frame.pc())) {
                return checkedSignal(interrupted(frame.stack()));
            }
            throw unlikely("call frame information", "none");
        }
        CallerFrame caller = CallerFrame.of(entry, frame.inside(), registers, memory, convention);
        if (caller == null) {
            return null;
        }
        return entry.common().signal()
                ? checkedSignal(caller.registers())
                : checkedCall(frame, caller.registers());
    }

    /** The registers that the kernel put on the stack before it called a signal handler. */
    private RegisterSet interrupted(long stack) {
        long[] values = new long[facts.interrupted().size()];
        long at = stack + facts.signalContext();
        for (int register : facts.interrupted()) {
            values[register] = memory.read(at, WORD).s64(0, ByteOrder.LITTLE_ENDIAN);
            at += WORD;
        }
        return RegisterSet.of(values);
    }

    private Step checkedSignal(RegisterSet caller) {
        long stack = stack(caller);
        if (mapping(stack) == null) {
            throw unlikely("a stack that a signal interrupted", "0x" + Long.toHexString(stack));
        }
        if (!probe.executable(pc(caller))) {
            throw unlikely("code that a signal interrupted", "0x" + Long.toHexString(pc(caller)));
        }
        return new Step(caller, true);
    }

    private Step checkedCall(Frame frame, RegisterSet caller) {
        long stack = stack(caller);
        Mapping mapping = mapping(frame.stack());
        if (mapping == null
                || stack < frame.stack()
                || (stack == frame.stack() && !frame.exact())
                || stack > mapping.end()
                || stack % WORD != 0) {
            throw unlikely("the caller's frame above", "0x" + Long.toHexString(stack));
        }
        long pc = pc(caller);
        if (!probe.behindCall(pc) && !returnsFromSignal(pc)) {
            throw unlikely("a return address", "0x" + Long.toHexString(pc));
        }
        return new Step(caller, false);
    }

    private boolean returnsFromSignal(long pc) {
        if (probe.signalReturn(pc)) {
            return true;
        }
        FrameEntry entry = probe.executable(pc) ? tables.find(pc - 1) : null;
        return entry != null && entry.common().signal();
    }

    private long pc(RegisterSet registers) {
        return registers.get(facts.returnAddress());
    }

    private long stack(RegisterSet registers) {
        return registers.get(facts.stackPointer());
    }

    private @Nullable Mapping mapping(long address) {
        return maps.stream().filter(m -> m.contains(address)).findFirst().orElse(null);
    }

    private static FormatException unlikely(String expected, String found) {
        return new FormatException("unwinding", "", -1, expected, found);
    }
}
