package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.graph.AnchorCode.Step;
import suture.graph.AnchorNotes.Input;
import suture.graph.AnchorValue.Mixed;
import suture.graph.AnchorValue.Spot;
import suture.machine.AddressUse;
import suture.machine.Flow;
import suture.machine.Machine;
import suture.machine.Registers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Follows the addresses that a function makes from section anchors, from the instruction that names
 * the anchor to those that reach a variable, and says of each which place it means.
 *
 * <p>The claim behind it: two functions do the same if their bytes are the same but for
 * displacements that are added to such an address, and if the places that they reach in the end
 * are. An address is followed as long as nothing is done with it but to add numbers, to copy it, to
 * keep it on the stack. With everything else (an access, a call, a comparison) it is written down;
 * what is made of it then is a number like any other, and the same in both. Where different
 * addresses meet they are written down too, each on its way, if the result is used.
 */
final class AnchorFlow {
    /** How often each instruction is looked at, at most, on average. */
    private static final int PATIENCE = 64;

    private final AnchorCode code;
    private final AnchorJumps jumps;
    private final Set<Atom> never;
    private final Registers registers;
    private final AnchorNotes notes;
    private final AnchorEffect effect;
    private final @Nullable AnchorState[] states;
    private final List<Set<Integer>> before = new ArrayList<>();
    private final Map<Integer, Set<Integer>> targets = new HashMap<>();
    private final Deque<Integer> open = new ArrayDeque<>();

    AnchorFlow(
            Machine machine,
            Registers registers,
            AtomStore store,
            AnchorJumps jumps,
            AnchorCalls calls,
            Map<Reference, Spot> spots,
            Map<Reference, Spot> loaded,
            Set<Atom> never,
            Atom function) {
        this.code = new AnchorCode(machine, function);
        this.jumps = jumps;
        this.never = never;
        this.registers = registers;
        this.notes = new AnchorNotes(code, store, spots, loaded);
        AnchorStack stack = new AnchorStack(registers, code);
        this.effect = new AnchorEffect(code, stack, spots, loaded, calls, targets, notes);
        this.states = new AnchorState[code.size()];
        for (int i = 0; i < states.length; i++) {
            before.add(new TreeSet<>());
        }
    }

    /** The function's references with places in place of anchors; null if not all is understood. */
    @Nullable List<Reference> run() {
        boolean sites = code.function().entries().stream().anyMatch(AnchorFlow::counts);
        if (sites || states.length == 0 || !walk() || !complete()) {
            return null;
        }
        notes.open();
        for (int i = 0; i < states.length; i++) {
            AnchorState s = states[i];
            if (s != null && !effect.apply(i, s.copy())) {
                return null;
            }
        }
        return notes.settle(this) ? notes.uses() : null;
    }

    private static boolean counts(Atom entry) {
        return entry.special() != null && entry.special().meaning().counts();
    }

    private boolean walk() {
        states[0] = new AnchorState(registers.stack());
        open.add(0);
        for (long left = (long) PATIENCE * states.length; !open.isEmpty(); left--) {
            int i = open.remove();
            AnchorState s = states[i];
            AnchorState after = s == null ? new AnchorState(registers.stack()) : s.copy();
            if (left <= 0 || !jump(i) || !effect.apply(i, after)) {
                return false;
            }
            leave(i, after);
        }
        return true;
    }

    /** Finds out where an indirect jump leads; false if that is not known. */
    private boolean jump(int i) {
        if (code.step(i).flow() == Flow.INDIRECT_JUMP) {
            Set<Integer> found = jumps.of(code, i, states);
            if (found == null) {
                return false;
            }
            targets.put(i, found);
        }
        return true;
    }

    private void leave(int i, AnchorState after) {
        Step step = code.step(i);
        Reference callee = code.callee(i);
        boolean returns = callee == null || !never.contains(callee.target());
        if (step.fallsThrough() && returns && !step.ends() && i + 1 < states.length) {
            reach(i, i + 1, after);
        }
        if (step.target() >= 0 && (step.flow() == Flow.JUMP || step.flow() == Flow.CONDITIONAL)) {
            reach(i, step.target(), after);
        }
        for (int target : targets.getOrDefault(i, Set.of())) {
            reach(i, target, after);
        }
    }

    private void reach(int from, int index, AnchorState state) {
        AnchorState old = states[index];
        Set<Integer> ways = before.get(index);
        ways.add(from);
        AnchorState all = old == null || ways.size() == 1 ? state.copy() : meet(index, old);
        if (old == null || !all.same(old)) {
            states[index] = all;
            open.add(index);
        }
    }

    /** What all ways to an instruction have in common; what once was mixed there stays so. */
    private AnchorState meet(int index, AnchorState old) {
        AnchorState all = null;
        for (int from : before.get(index)) {
            AnchorState s = states[from];
            if (s != null) {
                AnchorState after = s.copy();
                effect.apply(from, after);
                all = all == null ? after : all.join(after, index);
            }
        }
        return all == null ? old : all.mixedAs(old, index);
    }

    /** Whether every instruction was reached that does something. */
    private boolean complete() {
        int ended = -1;
        for (int i = 0; i < states.length; i++) {
            Step step = code.step(i);
            if (step.ends()) {
                ended = step.extent();
            } else if (states[i] == null && !code.aside(i)) {
                if (step.reference() != null || (step.extent() != ended && !step.idle())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The values that meet in one, in the order of the instructions that they come from. */
    List<Input> inputs(Mixed value) {
        List<Input> found = new ArrayList<>();
        if (value.join()) {
            for (int from : before.get(value.step())) {
                AnchorState s = states[from];
                if (s != null) {
                    AnchorState after = s.copy();
                    effect.apply(from, after);
                    found.add(new Input(from, after.get(value.key())));
                }
            }
            return found;
        }
        AnchorState s = states[value.step()];
        AddressUse use = code.step(value.step()).use();
        if (s == null) {
            return found;
        }
        if (use != null && use.kind() == AddressUse.Kind.SELECT && use.target() == value.key()) {
            int read = s.addresses(use.reads());
            for (int i = 0; i < 32; i++) {
                if ((read >>> i & 1) != 0) {
                    found.add(new Input(value.step(), s.get(i)));
                }
            }
        } else {
            found.add(new Input(value.step(), s.get(value.key())));
        }
        return found;
    }
}
