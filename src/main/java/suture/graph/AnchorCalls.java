package suture.graph;

import suture.graph.AnchorCode.Step;
import suture.machine.AddressUse;
import suture.machine.Flow;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.machine.Registers;

import java.util.HashMap;
import java.util.Map;

/** Which addresses other functions get, and which of them a call leaves where they are. */
final class AnchorCalls {
    private final Machine machine;
    private final Registers registers;
    private final Map<Atom, Integer> overwritten = new HashMap<>();

    AnchorCalls(Machine machine, Registers registers) {
        this.machine = machine;
        this.registers = registers;
    }

    /** Where control goes behind an instruction. */
    void leave(
            int index, Step step, AnchorState s, boolean inside, boolean stack, AnchorNotes notes) {
        switch (step.flow()) {
            case CALL, INDIRECT_CALL -> {
                escape(index, s, registers.arguments(), notes);
                int lost = overwritten(step);
                for (int i = 0; i < 32; i++) {
                    if ((lost >>> i & 1) != 0) {
                        s.set(i, null);
                    }
                }
                s.garbage = registers.arguments() & lost & ~registers.results();
                if (stack) {
                    s.overwrite(index);
                }
            }
            case RETURN -> escape(index, s, registers.results(), notes);
            case JUMP, CONDITIONAL, INDIRECT_JUMP -> {
                if (!inside) {
                    escape(index, s, registers.arguments(), notes);
                }
            }
            case NEXT, TRAP -> {}
        }
    }

    /** Addresses in registers that somebody else may read now. */
    private void escape(int index, AnchorState s, int readers, AnchorNotes notes) {
        int first = Integer.numberOfTrailingZeros(readers);
        for (int i = first; i < 32 && (readers >>> i & 1) != 0; i++) {
            if (registers.inTurn() && (i - first) % 2 == 0 && (s.garbage >>> i & 1) != 0) {
                return;
            }
            AnchorValue value = s.get(i);
            if (value != null) {
                notes.escape(index, i, value);
            }
        }
    }

    /**
     * What a call may overwrite. Of a function of the same object the compiler may know what it
     * leaves alone (-fipa-ra), and so must we; of another nobody knows.
     */
    private int overwritten(Step step) {
        int free = ~registers.kept() & ~(1 << registers.stack());
        Reference callee = step.flow() == Flow.CALL ? step.reference() : null;
        return callee == null || !callee.target().code()
                ? free
                : overwritten.computeIfAbsent(callee.target(), this::overwritten) & free;
    }

    private int overwritten(Atom callee) {
        int all = 0;
        for (Extent extent : callee.extents()) {
            InstructionCursor cursor = machine.instructions(extent.content());
            while (cursor.next()) {
                AddressUse use = cursor.addressUse();
                boolean ends = cursor.nop() || cursor.flow() == Flow.TRAP;
                if (leaves(cursor) || (use == null && !ends)) {
                    return -1;
                }
                all |= use == null ? 0 : use.writes() | use.mayWrite();
            }
        }
        return all;
    }

    private static boolean leaves(InstructionCursor cursor) {
        return switch (cursor.flow()) {
            case CALL, INDIRECT_CALL, INDIRECT_JUMP -> true;
            case JUMP, CONDITIONAL, NEXT, RETURN, TRAP -> false;
        };
    }
}
