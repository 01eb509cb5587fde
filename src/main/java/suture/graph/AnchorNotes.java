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
import suture.graph.Reference.Reach;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes down which place each instruction means, as references that take the place of the
 * function's own.
 */
final class AnchorNotes {
    /** One of the values that meet in a {@link Mixed}, behind or at an instruction. */
    record Input(int step, @Nullable AnchorValue value) {}

    private static final Comparator<Reference> ORDER =
            Comparator.comparingInt(Reference::extent).thenComparingLong(Reference::offset);

    private final AnchorCode code;
    private final AtomStore store;
    private final Map<Reference, Spot> spots;
    private final Map<Reference, Spot> loaded;
    private final List<Reference> uses = new ArrayList<>();
    private final Map<Mixed, Set<Long>> mixed = new LinkedHashMap<>();

    /** Those that are read for sure, and not only lie where a callee might read them. */
    private final Set<Mixed> strict = new HashSet<>();

    /** The address that a lower part makes of each. */
    private final Map<Mixed, Spot> completed = new HashMap<>();

    private boolean open;

    AnchorNotes(
            AnchorCode code,
            AtomStore store,
            Map<Reference, Spot> spots,
            Map<Reference, Spot> loaded) {
        this.code = code;
        this.store = store;
        this.spots = spots;
        this.loaded = loaded;
    }

    /** From now on it counts. */
    void open() {
        open = true;
    }

    /** The field stands here in both objects; what it leads to is said where it is used. */
    void keep(Reference r) {
        if (open && (spots.containsKey(r) || loaded.containsKey(r))) {
            uses.add(
                    new Reference(
                            r.extent(),
                            r.offset(),
                            r.width(),
                            r.type(),
                            code.function(),
                            0,
                            0,
                            0,
                            0,
                            Reach.PLACE));
        }
    }

    /** The instruction accesses the place that its field names; false if there is nothing. */
    boolean means(Reference r, Spot named) {
        AtomMap.Hit hit = store.map().find(named.section(), named.place());
        if (open && hit != null) {
            uses.add(
                    new Reference(
                            r.extent(),
                            r.offset(),
                            r.width(),
                            spots.containsKey(r) ? r.type() : Reference.PLACE,
                            hit.atom(),
                            hit.extent(),
                            named.place() - hit.offset(),
                            0,
                            0,
                            Reach.PLACE));
        }
        return hit != null;
    }

    /** The displacement of the instruction does not count, only the rest of its word. */
    void free(Step step, long rest) {
        if (open) {
            uses.add(
                    new Reference(
                            step.extent(),
                            step.offset(),
                            step.length(),
                            Reference.PLACE,
                            code.function(),
                            0,
                            0,
                            0,
                            rest,
                            Reach.PLACE));
        }
    }

    /** An access to memory. */
    void access(
            int index, int operand, @Nullable AnchorValue base, long distance, boolean indexed) {
        switch (base) {
            case null -> {}
            case Whole w -> {
                Whole sum = new Whole(w.spot().plus(distance), w.indexed() || indexed);
                place(index, operand, sum, false);
            }
            case Mixed m -> use(m, distance);
            case Less x -> place(index, operand, new Whole(x.spot(), false), false);
            case Shifted x -> use(x.from(), x.distance() + distance);
            case High h -> {}
            case Frame f -> {}
        }
    }

    /**
     * A value is used as it is.
     *
     * @param anchored whether it may lead to neighbours of the place
     */
    void pin(int index, long key, AnchorValue value, boolean anchored) {
        switch (value) {
            case Whole w -> place(index, key, w, anchored);
            case Mixed m -> use(m, 0);
            case Less x -> place(index, key, new Whole(x.spot(), false), anchored);
            case Shifted x -> use(x.from(), x.distance());
            case High h -> {}
            case Frame f -> {}
        }
    }

    /** A value lies where somebody else may read it; half an address is none. */
    void escape(int index, long key, AnchorValue value) {
        switch (value) {
            case Mixed m -> offer(m);
            case Shifted x -> offer(x.from());
            case Whole w -> pin(index, key, w, false);
            case Less x -> pin(index, key, x, false);
            case High h -> {}
            case Frame f -> {}
        }
    }

    /** A lower part is added to one of several values: those that are upper parts must fit. */
    boolean completes(Mixed value, Spot named) {
        Spot other = open ? completed.putIfAbsent(value, named) : null;
        return other == null || other.equals(named);
    }

    /** Whether all upper parts that lower ones are added to are of the same addresses. */
    private boolean fits(AnchorFlow flow) {
        open = false;
        Deque<Mixed> left = new ArrayDeque<>(completed.keySet());
        while (!left.isEmpty()) {
            Mixed next = left.remove();
            Spot named = completed.get(next);
            for (Input input : flow.inputs(next)) {
                if (input.value() instanceof High high && !high.spot().equals(named)) {
                    return false;
                }
                if (input.value() instanceof Mixed more && named != null) {
                    Spot other = completed.put(more, named);
                    if (other == null) {
                        left.add(more);
                    } else if (!other.equals(named)) {
                        return false;
                    }
                }
            }
        }
        open = true;
        return true;
    }

    private void offer(Mixed value) {
        if (open) {
            mixed.computeIfAbsent(value, m -> new TreeSet<>()).add(0L);
        }
    }

    private void use(Mixed value, long distance) {
        if (open) {
            strict.add(value);
            mixed.computeIfAbsent(value, m -> new TreeSet<>()).add(distance);
        }
    }

    private void place(int index, long operation, Whole value, boolean anchored) {
        Spot spot = value.spot();
        AtomMap.Hit hit = store.map().find(spot.section(), spot.place());
        if (open && hit != null) {
            long offset = spot.place() - hit.offset();
            long size = hit.atom().extents().get(hit.extent()).size();
            Step step = code.step(index);
            Reach reach = value.indexed() ? Reach.indexed(hit, offset) : Reach.PLACE;
            uses.add(to(step, hit, spot, operation, anchored ? Reach.SECTION : reach));
            // It may be a negative index to what is next.
            boolean between = value.indexed() && hit.atom().state() && 4 * offset > size;
            AtomMap.Hit next = between ? store.map().after(hit, spot.section()) : null;
            if (next != null) {
                uses.add(to(step, next, spot, operation, Reach.PLACE));
            }
        }
    }

    private static Reference to(
            Step step, AtomMap.Hit hit, Spot spot, long operation, Reach reach) {
        return new Reference(
                step.extent(),
                step.offset(),
                0,
                Reference.PLACE,
                hit.atom(),
                hit.extent(),
                spot.place() - hit.offset(),
                0,
                operation,
                reach);
    }

    /** Writes down the values that met before they were used; false if that is not possible. */
    boolean settle(AnchorFlow flow) {
        if (!fits(flow)) {
            return false;
        }
        Deque<Mixed> left = new ArrayDeque<>(mixed.keySet());
        while (!left.isEmpty()) {
            Mixed next = left.remove();
            Set<Long> distances = mixed.getOrDefault(next, Set.of());
            long operation = 31L * (31L * next.step() + next.key());
            open = false;
            List<Input> inputs = flow.inputs(next);
            open = true;
            for (Input input : inputs) {
                operation++;
                switch (input.value()) {
                    case null -> {}
                    case Whole w -> reached(input.step(), operation, w, distances);
                    case Less x ->
                            place(input.step(), operation, new Whole(x.spot(), false), false);
                    case High h -> {
                        if (strict.contains(next)) {
                            return false;
                        }
                    }
                    case Mixed m -> more(m, distances, strict.contains(next), left);
                    case Shifted x when x.from().equals(next) -> {}
                    case Shifted x -> more(x.from(), Set.of(0L), strict.contains(next), left);
                    case Frame f -> {}
                }
            }
        }
        return true;
    }

    private void more(Mixed value, Set<Long> distances, boolean read, Deque<Mixed> left) {
        boolean stricter = read && strict.add(value);
        Set<Long> known = mixed.computeIfAbsent(value, m -> new TreeSet<>());
        if (known.addAll(distances) || stricter) {
            left.add(value);
        }
    }

    /**
     * An address that is only used at distances from it: they tell which variable is meant, if they
     * all lead to the same.
     */
    private void reached(int index, long operation, Whole value, Set<Long> distances) {
        Spot spot = value.spot();
        AtomMap.Hit only = null;
        boolean one = true;
        for (long distance : distances) {
            AtomMap.Hit hit = store.map().find(spot.section(), spot.place() + distance);
            one &= hit != null && (only == null || hit.atom() == only.atom());
            only = hit;
        }
        if (one && only != null && !value.indexed()) {
            uses.add(to(code.step(index), only, spot, operation, Reach.PLACE));
        } else {
            place(index, operation, value, !one);
        }
    }

    /** All of it, with the references that name no anchor. */
    List<Reference> uses() {
        List<Reference> all = new ArrayList<>(uses);
        code.function().references().stream()
                .filter(r -> !spots.containsKey(r) && !loaded.containsKey(r))
                .forEach(all::add);
        all.sort(ORDER);
        return List.copyOf(all);
    }
}
