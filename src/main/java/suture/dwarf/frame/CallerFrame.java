package suture.dwarf.frame;

import org.jspecify.annotations.Nullable;

import suture.dwarf.frame.FrameRow.Cfa;

import java.util.Set;

/**
 * The frame that called another one.
 *
 * @param cfa of the called frame: the caller's stack pointer behind the call
 * @param registers the caller's, the return address among them
 */
public record CallerFrame(long cfa, RegisterSet registers) {
    /**
     * What a calling convention says about unwinding.
     *
     * @param stackPointer the register that is the CFA in the caller, unless a rule says otherwise
     * @param preserved the registers that a call does not change
     */
    public record Convention(int stackPointer, Set<Integer> preserved) {}

    /**
     * The caller of a frame; null if the frame is the first of its stack.
     *
     * @param entry the call frame information of its code
     * @param pc its instruction, or one byte before the place that a call returns to
     * @param registers its registers
     * @throws suture.bytes.FormatException if the information does not say enough, or nonsense
     */
    public static @Nullable CallerFrame of(
            FrameEntry entry,
            long pc,
            RegisterSet registers,
            FrameMemory memory,
            Convention convention) {
        FrameRow row = FrameProgram.row(entry, pc);
        int returnAddress = entry.common().returnAddress();
        FrameRule back = row.rule(returnAddress);
        if (back == null) {
            throw FrameReader.bad(entry.address(), "a rule for the return address", "none");
        }
        if (back instanceof FrameRule.Undefined) {
            return null;
        }
        long cfa =
                switch (row.cfa()) {
                    case Cfa.Register(int register, long offset) ->
                            registers.get(register) + offset;
                    case Cfa.Expression(var expression) ->
                            FrameExpression.value(expression, registers, memory);
                };
        RegisterSet caller = registers.blank();
        for (int register = 0; register < registers.size(); register++) {
            FrameRule rule = row.rule(register);
            if (rule == null && register == convention.stackPointer()) {
                caller.set(register, cfa);
                continue;
            }
            boolean same = rule == null && convention.preserved().contains(register);
            if (rule != null || same) {
                apply(
                        same || rule == null ? new FrameRule.Same() : rule,
                        register,
                        cfa,
                        registers,
                        memory,
                        caller);
            }
        }
        return new CallerFrame(cfa, caller);
    }

    private static void apply(
            FrameRule rule,
            int register,
            long cfa,
            RegisterSet registers,
            FrameMemory memory,
            RegisterSet caller) {
        switch (rule) {
            case FrameRule.Undefined undefined -> {}
            case FrameRule.Same same -> copy(registers, register, caller, register);
            case FrameRule.InRegister(int other) -> copy(registers, other, caller, register);
            case FrameRule.Saved(long offset) -> caller.set(register, word(memory, cfa + offset));
            case FrameRule.Value(long offset) -> caller.set(register, cfa + offset);
            case FrameRule.SavedAt(var expression) ->
                    caller.set(
                            register,
                            word(
                                    memory,
                                    FrameExpression.value(expression, registers, memory, cfa)));
            case FrameRule.Computed(var expression) ->
                    caller.set(register, FrameExpression.value(expression, registers, memory, cfa));
        }
    }

    private static void copy(RegisterSet from, int register, RegisterSet to, int as) {
        if (from.knows(register)) {
            to.set(as, from.get(register));
        }
    }

    private static long word(FrameMemory memory, long address) {
        return memory.read(address, 8).s64(0, FrameReader.ORDER);
    }
}
