package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.graph.AnchorCode.Step;
import suture.graph.AnchorValue.Frame;
import suture.graph.AnchorValue.High;
import suture.graph.AnchorValue.Less;
import suture.graph.AnchorValue.Mixed;
import suture.graph.AnchorValue.Shifted;
import suture.graph.AnchorValue.Spot;
import suture.graph.AnchorValue.Whole;
import suture.machine.AddressUse;
import suture.machine.AddressUse.Operand;

import java.util.Map;
import java.util.Set;

/**
 * What one instruction does to the addresses, and what it does with them. Whether the latter is
 * written down is up to the {@link AnchorNotes}.
 */
final class AnchorEffect {
    private final AnchorCode code;
    private final Map<Reference, Spot> spots;
    private final Map<Reference, Spot> loaded;
    private final AnchorCalls calls;
    private final Map<Integer, Set<Integer>> targets;
    private final AnchorNotes notes;
    private final AnchorStack stack;
    private boolean understood;

    AnchorEffect(
            AnchorCode code,
            AnchorStack stack,
            Map<Reference, Spot> spots,
            Map<Reference, Spot> loaded,
            AnchorCalls calls,
            Map<Integer, Set<Integer>> targets,
            AnchorNotes notes) {
        this.code = code;
        this.spots = spots;
        this.loaded = loaded;
        this.calls = calls;
        this.targets = targets;
        this.notes = notes;
        this.stack = stack;
    }

    /** Applies the instruction to the state; false if it does what is not understood. */
    boolean apply(int index, AnchorState s) {
        Step step = code.step(index);
        AddressUse use = step.use();
        Reference reference = step.reference();
        Spot named = reference == null || step.branches() ? null : spot(reference);
        if (use == null) {
            return named == null && (step.ends() || s.clean());
        }
        if (use.kind() == AddressUse.Kind.EXECUTE) {
            return step.target() < 0 ? s.clean() : apply(step.target(), s);
        }
        understood = true;
        AnchorValue result =
                named != null && reference != null
                        ? relocated(use, s, reference, named)
                        : plain(index, use, s);
        read(index, use, s, result != null && result.address());
        boolean chosen = use.kind() == AddressUse.Kind.SELECT && s.addresses(use.reads()) != 0;
        AnchorStack.Loaded words = stack.access(index, use, s);
        write(index, use, s, chosen ? new Mixed(index, use.target(), false) : result);
        words.put(use.words(), s);
        if (named != null && loaded.containsKey(reference) && use.words().first() >= 0) {
            s.set(use.words().first(), new Whole(named, false));
        }
        boolean inside = step.target() >= 0 || !targets.getOrDefault(index, Set.of()).isEmpty();
        calls.leave(index, step, s, inside, stack.taken(), notes);
        return understood;
    }

    /** The place that a reference names by a section anchor, itself or at the label it names. */
    private @Nullable Spot spot(Reference reference) {
        Spot own = spots.getOrDefault(reference, loaded.get(reference));
        if (own != null || reference.target() != code.function()) {
            return own;
        }
        int at = code.at(reference.targetExtent(), reference.targetOffset());
        Reference high = at < 0 ? null : code.step(at).reference();
        AddressUse use = at < 0 ? null : code.step(at).use();
        return high == null || use == null || use.kind() != AddressUse.Kind.HIGH
                ? null
                : spots.get(high);
    }

    /** An instruction with a relocation that names an anchor. */
    private @Nullable AnchorValue relocated(
            AddressUse use, AnchorState s, Reference reference, Spot named) {
        int found = s.addresses(use.place().bases());
        AnchorValue base = one(0, s, found);
        boolean low =
                !use.place().indexed()
                        && switch (base) {
                            case null -> use.place().bases() == 0;
                            case High high -> high.spot().equals(named);
                            case Mixed mixed -> notes.completes(mixed, named);
                            case Whole w -> false;
                            case Less x -> false;
                            case Shifted x -> false;
                            case Frame f -> false;
                        };
        return switch (use.kind()) {
            case HIGH, WHOLE -> {
                understood &= found == 0;
                notes.keep(reference);
                yield use.kind() == AddressUse.Kind.HIGH
                        ? new High(named)
                        : new Whole(named, false);
            }
            case SUM -> {
                understood &= low && !loaded.containsKey(reference);
                notes.keep(reference);
                yield new Whole(named, false);
            }
            case ACCESS -> {
                understood &= low && use.second() == null;
                if (loaded.containsKey(reference)) {
                    understood &= !use.words().stored() && use.words().first() >= 0;
                    notes.keep(reference);
                } else {
                    understood &= notes.means(reference, named);
                }
                yield null;
            }
            case INDEX, LESS, MOVE, SELECT, LABEL, BEFORE, AFTER, EXECUTE, OTHER -> {
                understood = false;
                yield null;
            }
        };
    }

    private @Nullable AnchorValue plain(int index, AddressUse use, AnchorState s) {
        Step step = code.step(index);
        Operand second = use.second();
        int found = s.addresses(use.place().bases());
        int other = second == null ? 0 : s.addresses(second.bases());
        AnchorValue value = one(index, s, found);
        AnchorValue another = one(index, s, other);
        long free =
                (free(value) ? use.place().field() : 0)
                        | (free(another) && second != null ? second.field() : 0);
        if (value instanceof High && use.kind() != AddressUse.Kind.MOVE) {
            understood = false;
        }
        if (free != 0) {
            understood &= step.reference() == null;
            notes.free(step, use.word() & ~free);
        }
        if (use.kind().accesses()) {
            long distance = use.kind() == AddressUse.Kind.AFTER ? 0 : use.place().displacement();
            notes.access(index, 0, value, distance, use.place().indexed());
            if (second != null) {
                notes.access(index, 1, another, second.displacement(), false);
            }
        }
        int read = use.kind() == AddressUse.Kind.LESS ? s.addresses(use.reads()) : 0;
        if (read != 0) {
            AnchorValue less = one(index, s, found | read);
            return found == 0 && less instanceof Whole w && !w.indexed()
                    ? new Less(w.spot())
                    : null;
        }
        AnchorValue base = found == 0 ? stack.frame(use.place(), s) : value;
        return base == null ? null : sum(use, base);
    }

    private static boolean free(@Nullable AnchorValue value) {
        return value instanceof Whole || value instanceof Less;
    }

    /** The one address; if there are two, what comes of them is not known. */
    private @Nullable AnchorValue one(int index, AnchorState s, int found) {
        if (Integer.bitCount(found) == 1) {
            return s.get(Integer.numberOfTrailingZeros(found));
        }
        for (int i = 0; i < 32; i++) {
            AnchorValue value = (found >>> i & 1) != 0 ? s.get(i) : null;
            if (value != null) {
                notes.pin(index, i, value, true);
            }
        }
        return null;
    }

    private static @Nullable AnchorValue sum(AddressUse use, AnchorValue base) {
        long distance = use.place().displacement();
        return switch (use.kind()) {
            case MOVE -> base;
            case HIGH, SUM, BEFORE, AFTER -> base.plus(distance, use.place().indexed());
            case INDEX, LESS -> base instanceof Frame ? null : base.plus(0, true);
            case WHOLE, SELECT, LABEL, ACCESS, EXECUTE, OTHER -> null;
        };
    }

    /** What is read without a displacement: it leaves the function, or something is made of it. */
    private void read(int index, AddressUse use, AnchorState s, boolean made) {
        int found = s.addresses(use.reads());
        boolean memory = use.kind().accesses();
        boolean loose = memory && stack.unknown(use.place(), s);
        for (int i = 0; i < 32; i++) {
            AnchorValue value = (found >>> i & 1) == 0 ? null : s.get(i);
            if (value != null) {
                int lost = (use.writes() | use.mayWrite()) & (memory ? 1 << i : -1);
                boolean changed = lost != 0 && (use.views() >>> i & 1) == 0;
                boolean kept =
                        use.kind() == AddressUse.Kind.SELECT
                                || (use.kind() == AddressUse.Kind.LESS && made);
                understood &= !(value instanceof High) && (memory || !made || kept);
                if (!kept) {
                    notes.pin(index, i, value, changed || loose);
                }
            }
        }
    }

    private static void write(
            int index, AddressUse use, AnchorState s, @Nullable AnchorValue result) {
        for (int i = 0; i < 32; i++) {
            AnchorValue old = s.get(i);
            if ((use.writes() >>> i & 1) != 0) {
                s.set(i, null);
            } else if ((use.mayWrite() >>> i & 1) != 0 && old != null) {
                s.set(i, old.address() ? new Mixed(index, i, false) : null);
            }
        }
        s.garbage &= ~(use.writes() | use.mayWrite());
        if (use.target() >= 0) {
            s.set(use.target(), result);
        }
    }
}
