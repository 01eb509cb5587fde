package suture.machine;

/**
 * What one instruction does with addresses that general registers hold. Sets of registers are one
 * bit each.
 *
 * @param kind what becomes of base plus displacement
 * @param bases registers of which at most one holds an address that the displacement is added to
 * @param displacement the distance in the instruction
 * @param operation the rest of its word
 * @param target the register that gets the sum, -1 if none
 * @param reads registers whose value it uses otherwise
 * @param writes registers that hold something else afterwards
 * @param mayWrite registers that may do so
 */
public record AddressUse(
        Kind kind,
        int bases,
        long displacement,
        long operation,
        int target,
        int reads,
        int writes,
        int mayWrite) {
    /** What becomes of base plus displacement. */
    public enum Kind {
        /** The upper part of an address that a relocation names, in {@link #target}. */
        HIGH,
        /** A whole address that a relocation names, in {@link #target}. */
        WHOLE,
        /**
         * The sum, in {@link #target}; a relocation in place of the displacement is its lower part.
         */
        SUM,
        /** The sum of a base and numbers that are not known, in {@link #target}. */
        INDEX,
        /** Memory at the sum. */
        ACCESS,
        /** Nothing: the registers are only read and written. */
        OTHER
    }
}
