package suture.machine;

import org.jspecify.annotations.Nullable;

/**
 * What one instruction does with addresses that general registers hold. Sets of registers are one
 * bit each.
 *
 * @param kind what becomes of base plus displacement
 * @param place base plus displacement
 * @param second another place in memory that it accesses, or null
 * @param word its bits
 * @param target the register that gets the result, -1 if none
 * @param words what it moves to or from memory in whole
 * @param reads registers whose value it uses otherwise
 * @param views those of them whose bits it takes apart: nothing that a distance could be added to
 * @param writes registers that hold something else afterwards
 * @param mayWrite registers that may do so
 */
public record AddressUse(
        Kind kind,
        Operand place,
        @Nullable Operand second,
        long word,
        int target,
        Words words,
        int reads,
        int views,
        int writes,
        int mayWrite) {
    /**
     * Bases and a number.
     *
     * @param bases registers of which at most one holds an address that the displacement is added
     *     to
     * @param displacement the distance in the instruction
     * @param field its bits there
     */
    public record Operand(int bases, long displacement, long field) {
        static final Operand NONE = new Operand(0, 0, 0);

        /** Whether a number that is not known is added too. */
        public boolean indexed() {
            return Integer.bitCount(bases) > 1;
        }
    }

    /**
     * Registers whose whole content goes to memory or comes from there, eight bytes each.
     *
     * @param stored whether it goes there
     * @param first the register at the place; -1 if there is none
     * @param second the one behind it; -1 if there is none
     */
    public record Words(boolean stored, int first, int second) {
        static final Words NONE = new Words(false, -1, -1);

        Words alone() {
            return new Words(stored, first, -1);
        }
    }

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
        /** The base less the registers read, in {@link #target}. */
        LESS,
        /** The base as it is, in {@link #target}. */
        MOVE,
        /** One of the registers read, as it is, in {@link #target}. */
        SELECT,
        /** The place at that distance from the instruction, in {@link #target}. */
        LABEL,
        /** Memory at the sum. */
        ACCESS,
        /** Memory at the sum, which {@link #target} then holds. */
        BEFORE,
        /** Memory at the base; {@link #target} then holds the sum. */
        AFTER,
        /** What the instruction at that distance does. */
        EXECUTE,
        /** Nothing: the registers are only read and written. */
        OTHER;

        /** Whether it accesses memory. */
        public boolean accesses() {
            return switch (this) {
                case ACCESS, BEFORE, AFTER -> true;
                case HIGH, WHOLE, SUM, INDEX, LESS, MOVE, SELECT, LABEL, EXECUTE, OTHER -> false;
            };
        }
    }
}
