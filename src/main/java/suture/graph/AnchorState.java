package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Which registers hold addresses that were made from a section anchor, at one place in code. */
final class AnchorState {
    private static final int MOST = 8;

    /**
     * A place in a section.
     *
     * @param high whether only the upper part of its address is meant
     */
    record Spot(Section section, long place, boolean high) {
        Spot plus(long distance) {
            return new Spot(section, place + distance, high);
        }
    }

    /**
     * What a register may hold.
     *
     * @param spots the addresses
     * @param certain whether it holds the only one of them, and nothing else
     * @param stale whether a call may have overwritten it
     */
    record Value(Set<Spot> spots, boolean certain, boolean stale) {
        static Value of(Spot spot) {
            return new Value(Set.of(spot), true, false);
        }

        /** The one address that it holds for certain, or null. */
        @Nullable Spot spot() {
            return certain && !stale ? spots.iterator().next() : null;
        }

        Value unsure(boolean afterCall) {
            return new Value(spots, false, stale || afterCall);
        }
    }

    final @Nullable Value[] registers;
    int garbage;

    AnchorState() {
        this.registers = new Value[32];
    }

    private AnchorState(AnchorState other) {
        this.registers = Arrays.copyOf(other.registers, other.registers.length);
        this.garbage = other.garbage;
    }

    AnchorState copy() {
        return new AnchorState(this);
    }

    boolean clean() {
        return Arrays.stream(registers).allMatch(Objects::isNull);
    }

    /**
     * What may be there if this or the other may; the same object if that is nothing new.
     *
     * @param whole the atom that a place lies in: two addresses in one are the lower one and a
     *     number that is not known, as when a loop walks an array
     */
    AnchorState join(AnchorState other, Function<Spot, @Nullable Object> whole) {
        AnchorState all = copy();
        all.garbage &= other.garbage;
        for (int i = 0; i < registers.length; i++) {
            all.registers[i] = join(registers[i], other.registers[i], whole);
        }
        return all.garbage == garbage && Arrays.equals(all.registers, registers) ? this : all;
    }

    private static @Nullable Value join(
            @Nullable Value x, @Nullable Value y, Function<Spot, @Nullable Object> whole) {
        if (x == null || y == null) {
            Value one = x == null ? y : x;
            return one == null ? null : one.unsure(false);
        }
        if (x.equals(y)) {
            return x;
        }
        Spot a = x.spot();
        Spot b = y.spot();
        if (a != null && b != null && Objects.equals(whole.apply(a), whole.apply(b))) {
            return a.place() < b.place() ? x : y;
        }
        Set<Spot> spots = new LinkedHashSet<>(x.spots);
        spots.addAll(y.spots);
        return new Value(Set.copyOf(spots), false, x.stale && y.stale);
    }

    /** Whether some register may hold more than can be followed. */
    boolean crowded() {
        return Arrays.stream(registers).anyMatch(v -> v != null && v.spots.size() > MOST);
    }
}
