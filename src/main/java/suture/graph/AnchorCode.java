package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.machine.AddressUse;
import suture.machine.Flow;
import suture.machine.InstructionCursor;
import suture.machine.Machine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The instructions of a function, with their references and where they lead. */
final class AnchorCode {
    /**
     * One instruction.
     *
     * @param reference the first one in it, or null
     * @param idle whether it does nothing, or stops
     * @param target index of the instruction that it branches to or executes, -1 if none of this
     *     function
     */
    record Step(
            int extent,
            long offset,
            int length,
            Flow flow,
            boolean fallsThrough,
            boolean idle,
            @Nullable AddressUse use,
            @Nullable Reference reference,
            int target) {
        /** No instruction: what follows are tables for a debugger (ppc64), or filling. */
        boolean ends() {
            return flow == Flow.TRAP && use == null;
        }

        Step to(int instruction) {
            return new Step(
                    extent, offset, length, flow, fallsThrough, idle, use, reference, instruction);
        }

        boolean branches() {
            return switch (flow) {
                case CALL, JUMP, CONDITIONAL -> true;
                case NEXT, RETURN, INDIRECT_CALL, INDIRECT_JUMP, TRAP -> false;
            };
        }
    }

    /** Where the number of an extent begins in a place. */
    private static final int EXTENT = 48;

    private final Atom function;
    private final List<Step> steps = new ArrayList<>();

    /** The number of the instruction at each place of each extent, plus one; 0 for none. */
    private final int[][] indices;

    private final Set<Integer> aside = new HashSet<>();

    AnchorCode(Machine machine, Atom function) {
        this.function = function;
        this.indices = new int[function.extents().size()][];
        List<Long> targets = new ArrayList<>();
        for (int extent = 0; extent < function.extents().size(); extent++) {
            read(machine, function, extent, targets);
        }
        for (int i = 0; i < steps.size(); i++) {
            Step s = steps.get(i);
            long key = targets.get(i);
            int target = key < 0 ? -1 : at((int) (key >>> EXTENT), key & ((1L << EXTENT) - 1));
            if (executes(s.use) && !aside.add(target)) {
                target = -1;
            }
            if (target >= 0) {
                steps.set(i, s.to(target));
            }
        }
    }

    private static long key(int extent, long offset) {
        return (long) extent << EXTENT | offset;
    }

    private void read(Machine machine, Atom function, int extent, List<Long> targets) {
        List<Reference> references =
                function.references().stream().filter(r -> r.extent() == extent).toList();
        int next = 0;
        Bytes content = function.extents().get(extent).content();
        indices[extent] = new int[Math.toIntExact(content.size())];
        InstructionCursor cursor = machine.instructions(content);
        while (cursor.next()) {
            long end = cursor.offset() + cursor.length();
            Reference first = null;
            while (next < references.size() && references.get(next).offset() < end) {
                first = first == null ? references.get(next) : first;
                next++;
            }
            AddressUse use = cursor.addressUse();
            targets.add(target(function, extent, cursor, use, first));
            indices[extent][(int) cursor.offset()] = steps.size() + 1;
            steps.add(
                    new Step(
                            extent,
                            cursor.offset(),
                            cursor.length(),
                            cursor.flow(),
                            cursor.fallsThrough(),
                            cursor.nop() || cursor.flow() == Flow.TRAP || !cursor.valid(),
                            use,
                            first,
                            -1));
        }
    }

    private static boolean executes(@Nullable AddressUse use) {
        return use != null && use.kind() == AddressUse.Kind.EXECUTE;
    }

    private static long target(
            Atom function,
            int extent,
            InstructionCursor cursor,
            @Nullable AddressUse use,
            @Nullable Reference reference) {
        if (use != null && executes(use)) {
            return key(extent, cursor.offset() + use.place().displacement());
        }
        if (!cursor.hasTarget()) {
            return -1;
        }
        if (reference == null) {
            long size = function.extents().get(extent).size();
            long target = cursor.target();
            return target >= 0 && target < size ? key(extent, target) : -1;
        }
        return reference.target() == function && reference.targetOffset() >= 0
                ? key(reference.targetExtent(), reference.targetOffset())
                : -1;
    }

    Atom function() {
        return function;
    }

    int size() {
        return steps.size();
    }

    /** The function that an instruction calls by its name; RISC-V does so with two. */
    @Nullable Reference callee(int index) {
        return switch (steps.get(index).flow) {
            case CALL -> steps.get(index).reference;
            case INDIRECT_CALL -> {
                Step first = index == 0 ? null : steps.get(index - 1);
                AddressUse use = first == null ? null : first.use;
                yield first != null && use != null && use.kind() == AddressUse.Kind.HIGH
                        ? first.reference
                        : null;
            }
            case NEXT, JUMP, CONDITIONAL, RETURN, INDIRECT_JUMP, TRAP -> null;
        };
    }

    /** Whether nothing leads there: another instruction executes it from afar, or it is data. */
    boolean aside(int index) {
        return aside.contains(index);
    }

    /** Says that there is data between two instructions, the second one not included. */
    void data(int from, int to) {
        for (int i = from; i < to; i++) {
            aside.add(i);
        }
    }

    Step step(int index) {
        return steps.get(index);
    }

    /** Index of the instruction at that place, -1 if none starts there. */
    int at(int extent, long offset) {
        int[] own = indices[extent];
        return offset >= 0 && offset < own.length ? own[(int) offset] - 1 : -1;
    }
}
