package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.graph.AnchorCode.Step;
import suture.graph.AnchorState.Spot;
import suture.graph.AnchorState.Value;
import suture.machine.AddressUse;
import suture.machine.Machine;
import suture.machine.Registers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows the addresses that a function makes from section anchors, from the instruction that names
 * the anchor to those that reach a variable, and says of each which place it means.
 *
 * <p>A register holds one known address, perhaps one of several, or none of them; where ways join,
 * the weaker statement holds. A variable is reached by an access to memory at a known address, or
 * by a known address that leaves the function: as an argument, as a result, in memory. What is done
 * with an address otherwise is not understood, and then nothing is said of the whole function.
 */
final class AnchorFlow {
    private static final Comparator<Reference> ORDER =
            Comparator.comparingInt(Reference::extent).thenComparingLong(Reference::offset);

    private final Registers registers;
    private final AtomStore store;
    private final Map<Atom, Set<Long>> tables;
    private final Map<Reference, Spot> spots;
    private final Atom function;
    private final AnchorCode code;
    private final AnchorState[] states;
    private final Deque<Integer> open = new ArrayDeque<>();
    private final List<Reference> uses = new ArrayList<>();
    private boolean recording;

    AnchorFlow(
            Machine machine,
            Registers registers,
            AtomStore store,
            Map<Atom, Set<Long>> tables,
            Map<Reference, Spot> spots,
            Atom function) {
        this.registers = registers;
        this.store = store;
        this.tables = tables;
        this.spots = spots;
        this.function = function;
        this.code = new AnchorCode(machine, function);
        this.states = new AnchorState[code.steps().size()];
    }

    /** The function's references with places in place of anchors; null if not all is understood. */
    @Nullable List<Reference> run() {
        boolean sites = function.entries().stream().anyMatch(AnchorFlow::counts);
        if (sites || states.length == 0) {
            return null;
        }
        reach(0, new AnchorState());
        for (long left = 64L * states.length; !open.isEmpty(); left--) {
            int i = open.remove();
            AnchorState s = states[i].copy();
            if (!step(code.steps().get(i), s) || left <= 0 || s.crowded() || !leave(i, s)) {
                return null;
            }
        }
        recording = true;
        int ended = -1;
        for (int i = 0; i < states.length; i++) {
            Step step = code.steps().get(i);
            if (states[i] != null) {
                step(step, states[i].copy());
            } else if (step.ends()) {
                ended = step.extent();
            } else if (step.reference() != null || (step.extent() != ended && !step.idle())) {
                return null;
            }
        }
        function.references().stream().filter(r -> !spots.containsKey(r)).forEach(uses::add);
        uses.sort(ORDER);
        return List.copyOf(uses);
    }

    private static boolean counts(Atom entry) {
        return entry.special() != null && entry.special().meaning().counts();
    }

    private void reach(int index, AnchorState state) {
        AnchorState before = states[index];
        AnchorState all = before == null ? state.copy() : before.join(state, this::whole);
        if (all != before) {
            states[index] = all;
            open.add(index);
        }
    }

    private @Nullable Object whole(Spot spot) {
        AtomMap.Hit hit = spot.high() ? null : store.map().find(spot.section(), spot.place());
        return hit == null ? spot : hit.atom();
    }

    private boolean leave(int i, AnchorState after) {
        Step step = code.steps().get(i);
        if (step.fallsThrough() && !step.ends() && i + 1 < states.length) {
            reach(i + 1, after);
        }
        switch (step.flow()) {
            case JUMP, CONDITIONAL -> {
                if (step.target() >= 0) {
                    reach(step.target(), after);
                }
            }
            case INDIRECT_JUMP -> {
                Set<Long> targets = tables.getOrDefault(function, Set.of());
                for (long offset : targets) {
                    int target = code.at(0, offset);
                    if (target >= 0) {
                        reach(target, after);
                    }
                }
                return !targets.isEmpty() || after.clean();
            }
            case NEXT, CALL, RETURN, INDIRECT_CALL, TRAP -> {}
        }
        return true;
    }

    /** Applies the instruction to the state; false if it does what is not understood. */
    private boolean step(Step step, AnchorState s) {
        AddressUse use = step.use();
        Reference reference = step.reference();
        Spot named = reference == null || step.branches() ? null : spot(reference);
        if (use == null) {
            return named == null && (step.ends() || s.clean());
        }
        if (!reads(step, use, s)) {
            return false;
        }
        Value result = null;
        if (named != null) {
            if (!relocated(step, use, s, named)) {
                return false;
            }
            boolean high = use.kind() == AddressUse.Kind.HIGH;
            result = Value.of(new Spot(named.section(), named.place(), high));
        } else if ((s.clean() ? 0 : tainted(s, use.bases())) != 0) {
            Spot base = base(s, use);
            if (base == null || (base.high() && use.displacement() != 0)) {
                return false;
            }
            boolean moved =
                    Integer.bitCount(use.bases()) == 1 && use.kind() == AddressUse.Kind.INDEX;
            if ((base.high() && !moved) || (reference != null && !moved)) {
                return false;
            }
            Spot sum = base.plus(use.displacement());
            record(step, use, sum);
            result = Value.of(sum);
        }
        write(use, s, result);
        return transfer(step, s);
    }

    /** The place that a reference names by a section anchor, itself or at the label it names. */
    private @Nullable Spot spot(Reference reference) {
        Spot own = spots.get(reference);
        if (own != null || reference.target() != function) {
            return own;
        }
        int at = code.at(reference.targetExtent(), reference.targetOffset());
        Reference high = at < 0 ? null : code.steps().get(at).reference();
        AddressUse use = at < 0 ? null : code.steps().get(at).use();
        return high == null || use == null || use.kind() != AddressUse.Kind.HIGH
                ? null
                : spots.get(high);
    }

    private static int tainted(AnchorState s, int set) {
        int found = 0;
        for (int i = 0; i < 32; i++) {
            found |= (set >>> i & 1) != 0 && s.registers[i] != null ? 1 << i : 0;
        }
        return found;
    }

    /** The one address among the bases; null if there are two, or it is not certain. */
    private static @Nullable Spot base(AnchorState s, AddressUse use) {
        int found = tainted(s, use.bases());
        Value value = s.registers[Integer.numberOfTrailingZeros(found)];
        return Integer.bitCount(found) != 1 || value == null ? null : value.spot();
    }

    /** An instruction with a relocation that names an anchor. */
    private boolean relocated(Step step, AddressUse use, AnchorState s, Spot named) {
        Reference reference = java.util.Objects.requireNonNull(step.reference());
        int bases = tainted(s, use.bases());
        Spot base = bases == 0 ? null : base(s, use);
        boolean fits = bases == 0 ? use.bases() == 0 : base != null && base.equals(high(named));
        return switch (use.kind()) {
            case HIGH, WHOLE -> bases == 0 && same(reference);
            case SUM -> fits && same(reference);
            case ACCESS -> fits && means(reference, named);
            case INDEX, OTHER -> false;
        };
    }

    private static Spot high(Spot spot) {
        return new Spot(spot.section(), spot.place(), true);
    }

    /** The field stands here in both objects; what it leads to is said where it is used. */
    private boolean same(Reference r) {
        if (recording && spots.containsKey(r)) {
            uses.add(to(r.extent(), r.offset(), r.width(), r.type(), function, 0, 0, 0));
        }
        return true;
    }

    private boolean means(Reference r, Spot named) {
        AtomMap.Hit hit = store.map().find(named.section(), named.place());
        if (hit == null) {
            return false;
        }
        if (recording) {
            int type = spots.containsKey(r) ? r.type() : Reference.PLACE;
            long offset = named.place() - hit.offset();
            uses.add(
                    to(
                            r.extent(),
                            r.offset(),
                            r.width(),
                            type,
                            hit.atom(),
                            hit.extent(),
                            offset,
                            0));
        }
        return true;
    }

    private void record(Step step, AddressUse use, Spot sum) {
        boolean access = use.kind() == AddressUse.Kind.ACCESS;
        if (!recording || (!access && use.kind() != AddressUse.Kind.SUM)) {
            return;
        }
        if (access) {
            place(step, sum, step.length(), use.operation(), false);
        } else {
            uses.add(
                    to(
                            step.extent(),
                            step.offset(),
                            step.length(),
                            Reference.PLACE,
                            function,
                            0,
                            0,
                            use.operation()));
        }
    }

    private void place(Step step, Spot spot, int width, long operation, boolean anchored) {
        AtomMap.Hit hit = store.map().find(spot.section(), spot.place());
        if (recording && hit != null) {
            uses.add(
                    new Reference(
                            step.extent(),
                            step.offset(),
                            width,
                            Reference.PLACE,
                            hit.atom(),
                            hit.extent(),
                            spot.place() - hit.offset(),
                            0,
                            operation,
                            anchored));
        }
    }

    private static Reference to(
            int extent,
            long offset,
            int width,
            int type,
            Atom target,
            int targetExtent,
            long targetOffset,
            long operation) {
        return new Reference(
                extent,
                offset,
                width,
                type,
                target,
                targetExtent,
                targetOffset,
                0,
                operation,
                false);
    }

    /**
     * What is read without a displacement: it leaves the function, or what comes of it is unknown.
     */
    private boolean reads(Step step, AddressUse use, AnchorState s) {
        int found = tainted(s, use.reads());
        boolean made = use.kind() != AddressUse.Kind.ACCESS;
        boolean lost = made && (use.writes() | use.mayWrite()) != 0;
        for (int i = 0; i < 32; i++) {
            Value value = (found >>> i & 1) == 0 ? null : s.registers[i];
            if (value != null) {
                Spot spot = value.spot();
                if (spot == null || spot.high() || lost) {
                    return false;
                }
                place(step, spot, 0, i, !made);
            }
        }
        return true;
    }

    private static void write(AddressUse use, AnchorState s, @Nullable Value result) {
        int written = use.writes() | use.mayWrite();
        for (int i = 0; i < 32; i++) {
            Value old = s.registers[i];
            if ((use.writes() >>> i & 1) != 0) {
                s.registers[i] = null;
            } else if ((use.mayWrite() >>> i & 1) != 0 && old != null) {
                s.registers[i] = old.unsure(true);
            }
        }
        s.garbage &= ~written;
        if (use.target() >= 0) {
            s.registers[use.target()] = result;
        }
    }

    private boolean transfer(Step step, AnchorState s) {
        switch (step.flow()) {
            case CALL, INDIRECT_CALL -> {
                escape(step, s, registers.arguments());
                call(step, s);
            }
            case RETURN -> escape(step, s, registers.results());
            case JUMP, CONDITIONAL -> {
                if (step.target() < 0) {
                    escape(step, s, registers.arguments());
                }
            }
            case INDIRECT_JUMP -> escape(step, s, registers.arguments());
            case NEXT, TRAP -> {}
        }
        return true;
    }

    /**
     * A function of the same object may be known to leave registers alone that it could use
     * (-fipa-ra); of another nobody knows.
     */
    private void call(Step step, AnchorState s) {
        Reference callee = step.reference();
        boolean known = callee == null || callee.target().kind() != Atom.Kind.EXTERNAL;
        for (int i = 0; i < 32; i++) {
            Value value = s.registers[i];
            if (value != null && (registers.kept() >>> i & 1) == 0) {
                s.registers[i] = known ? value.unsure(true) : null;
            }
        }
        s.garbage = registers.arguments() & ~registers.kept() & ~registers.results();
    }

    /** Whole addresses in registers that somebody else may read now. */
    private void escape(Step step, AnchorState s, int readers) {
        int first = Integer.numberOfTrailingZeros(readers);
        for (int i = first; i < 32 && (readers >>> i & 1) != 0; i++) {
            if (registers.inTurn() && (i - first) % 2 == 0 && (s.garbage >>> i & 1) != 0) {
                return;
            }
            Value value = s.registers[i];
            if (value != null && !value.stale()) {
                int register = i;
                value.spots().stream()
                        .filter(spot -> !spot.high())
                        .sorted(
                                Comparator.comparingInt((Spot x) -> x.section().index())
                                        .thenComparingLong(Spot::place))
                        .forEach(spot -> place(step, spot, 0, register, false));
            }
        }
    }
}
