package suture.impact;

/**
 * A function of a unit.
 *
 * @param unit the object, or the unit's name in an index
 * @param name its symbol, or its name in the source if it has no code of its own
 * @param base its name in the source
 * @param declared where its source stands, {@code file:line}; empty if unknown
 * @param form what there is of it
 * @param obstacle why its code cannot be replaced; empty if it can
 */
public record Function(
        String unit, String name, String base, String declared, Form form, String obstacle) {
    /** What there is of a function in an object. */
    public enum Form {
        /** Code under the name in the source. */
        PLAIN,
        /** Code with a calling convention that the compiler chose. */
        CLONE,
        /**
         * A second name, or a cold part: travels with the function and has no entry to redirect.
         */
        PART,
        /** No code of its own: all its calls were inlined, or it shares another one's. */
        NONE
    }

    /** Whether calls of the running function can be led to a new body. */
    public boolean redirectable() {
        return form == Form.PLAIN && obstacle.isEmpty();
    }
}
