package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.machine.AddressUse;
import suture.machine.Flow;
import suture.machine.InstructionCursor;
import suture.machine.Machine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The functions that do not return: those that something in the object ends with a call of. What
 * stands behind their calls is reached from elsewhere, if at all.
 */
final class AnchorReturns {
    private AnchorReturns() {}

    static Set<Atom> never(Machine machine, List<Atom> atoms) {
        Set<Atom> found = new HashSet<>();
        for (Atom atom : atoms) {
            if (atom.code() && !atom.references().isEmpty()) {
                Reference callee = lastCall(machine, atom);
                if (callee != null && callee.target() != atom) {
                    found.add(callee.target());
                }
            }
        }
        return found;
    }

    /**
     * The function that it calls by its name with the instruction behind which there is only
     * filling, or tables for a debugger.
     */
    private static @Nullable Reference lastCall(Machine machine, Atom function) {
        Reference last = null;
        for (int extent = 0; extent < function.extents().size(); extent++) {
            InstructionCursor cursor =
                    machine.instructions(function.extents().get(extent).content());
            long before = -1;
            while (cursor.next()) {
                Flow flow = cursor.flow();
                if (flow == Flow.TRAP && cursor.addressUse() == null) {
                    return last;
                }
                boolean idle = flow == Flow.TRAP || cursor.nop() || !cursor.valid();
                if (!idle) {
                    last =
                            switch (flow) {
                                case CALL -> in(function, extent, cursor.offset(), cursor.length());
                                case INDIRECT_CALL ->
                                        before < 0 ? null : high(machine, function, extent, before);
                                case NEXT, JUMP, CONDITIONAL, RETURN, INDIRECT_JUMP, TRAP -> null;
                            };
                }
                before = cursor.offset();
            }
        }
        return last;
    }

    /** The reference of an instruction that makes the upper part of an address. */
    private static @Nullable Reference high(
            Machine machine, Atom function, int extent, long offset) {
        InstructionCursor cursor =
                machine.instructions(function.extents().get(extent).content().from(offset));
        AddressUse use = cursor.next() ? cursor.addressUse() : null;
        return use != null && use.kind() == AddressUse.Kind.HIGH
                ? in(function, extent, offset, cursor.length())
                : null;
    }

    /** The first reference of an instruction. */
    private static @Nullable Reference in(Atom function, int extent, long offset, int length) {
        for (Reference reference : function.references()) {
            if (reference.extent() == extent
                    && reference.offset() >= offset
                    && reference.offset() < offset + length) {
                return reference;
            }
        }
        return null;
    }
}
