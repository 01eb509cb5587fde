package suture.dwarf.frame;

import java.util.BitSet;

/** The registers of a frame, by their DWARF numbers; some may be unknown. */
public final class RegisterSet {
    private final long[] values;
    private final BitSet known;

    private RegisterSet(long[] values, BitSet known) {
        this.values = values;
        this.known = known;
    }

    /** Registers that are all known. */
    public static RegisterSet of(long... values) {
        BitSet known = new BitSet();
        known.set(0, values.length);
        return new RegisterSet(values.clone(), known);
    }

    /** As many registers, none of them known. */
    RegisterSet blank() {
        return new RegisterSet(new long[values.length], new BitSet());
    }

    /** Only for a set that nobody else has yet. */
    void set(int register, long value) {
        values[register] = value;
        known.set(register);
    }

    /** How many there are. */
    public int size() {
        return values.length;
    }

    /** Whether its value is known. */
    public boolean knows(int register) {
        return known.get(register);
    }

    /**
     * The value of a register.
     *
     * @throws suture.bytes.FormatException if it is not known
     */
    public long get(int register) {
        if (!known.get(register)) {
            throw FrameReader.bad(0, "the value of register " + register, "that it is lost");
        }
        return values[register];
    }
}
