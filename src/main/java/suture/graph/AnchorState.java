package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.graph.AnchorValue.Frame;
import suture.graph.AnchorValue.Mixed;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which registers and words on the stack hold addresses that were made from a section anchor, at
 * one place in code. A key is a register's number, or a place on the stack counted from {@link
 * #STACK}.
 */
final class AnchorState {
    static final long STACK = 1L << 40;

    /** The most bytes that an instruction writes to the stack at once. */
    private static final long WIDEST = 32;

    private final @Nullable AnchorValue[] registers;
    private final TreeMap<Long, AnchorValue> stack;

    /** Registers that hold nothing of this function, one bit each. */
    int garbage;

    AnchorState(int stackPointer) {
        registers = new AnchorValue[32];
        registers[stackPointer] = new Frame(0);
        stack = new TreeMap<>();
    }

    private AnchorState(AnchorState other) {
        registers = Arrays.copyOf(other.registers, other.registers.length);
        stack = new TreeMap<>(other.stack);
        garbage = other.garbage;
    }

    AnchorState copy() {
        return new AnchorState(this);
    }

    @Nullable AnchorValue get(long key) {
        return key < STACK / 2 ? registers[(int) key] : stack.get(key);
    }

    void set(int register, @Nullable AnchorValue value) {
        registers[register] = value;
    }

    /** Whether no address is anywhere. */
    boolean clean() {
        return addresses(-1) == 0 && stack.isEmpty();
    }

    /** Those of the registers that may hold an address. */
    int addresses(int set) {
        int found = 0;
        for (int i = 0; i < registers.length; i++) {
            AnchorValue value = registers[i];
            found |= (set >>> i & 1) != 0 && value != null && value.address() ? 1 << i : 0;
        }
        return found;
    }

    /** An instruction puts the value into a word of the stack. */
    void store(int step, long place, @Nullable AnchorValue value) {
        overwrite(step, place, 8);
        stack.remove(STACK + place);
        if (value != null && value.address()) {
            stack.put(STACK + place, value);
        }
    }

    /** An instruction may write to the stack there, as much as an instruction can. */
    void overwrite(int step, long place) {
        overwrite(step, place, WIDEST);
    }

    private void overwrite(int step, long place, long size) {
        if (!stack.isEmpty()) {
            for (Long key :
                    Set.copyOf(stack.subMap(STACK + place - 7, STACK + place + size).keySet())) {
                stack.put(key, new Mixed(step, key, false));
            }
        }
    }

    /** An instruction may write to any word of the stack. */
    void overwrite(int step) {
        stack.replaceAll((key, value) -> new Mixed(step, key, false));
    }

    /** What may be before an instruction if this or the other may. */
    AnchorState join(AnchorState other, int step) {
        AnchorState all = copy();
        all.garbage &= other.garbage;
        for (int i = 0; i < registers.length; i++) {
            all.registers[i] = join(registers[i], other.registers[i], new Mixed(step, i, true));
        }
        Set<Long> keys = new TreeSet<>(stack.keySet());
        keys.addAll(other.stack.keySet());
        for (Long key : keys) {
            AnchorValue value =
                    join(stack.get(key), other.stack.get(key), new Mixed(step, key, true));
            if (value != null) {
                all.stack.put(key, value);
            }
        }
        return all;
    }

    /** The same, but what another state has from a meeting at that instruction stays as it is. */
    AnchorState mixedAs(AnchorState other, int step) {
        AnchorState all = copy();
        for (int i = 0; i < registers.length; i++) {
            Mixed mixed = new Mixed(step, i, true);
            all.registers[i] = mixed.equals(other.registers[i]) ? mixed : registers[i];
        }
        other.stack.forEach((key, value) -> {
            if (value.equals(new Mixed(step, key, true))) {
                all.stack.put(key, value);
            }
        });
        return all;
    }

    private static @Nullable AnchorValue join(
            @Nullable AnchorValue x, @Nullable AnchorValue y, Mixed mixed) {
        if (Objects.equals(x, y) || mixed.equals(x)) {
            return x;
        }
        boolean address = (x != null && x.address()) || (y != null && y.address());
        return address ? mixed : null;
    }

    boolean same(AnchorState other) {
        return garbage == other.garbage
                && Arrays.equals(registers, other.registers)
                && stack.equals(other.stack);
    }
}
