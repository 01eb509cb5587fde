package suture.impact;

/**
 * One way by which a change of a function reaches another one of the same unit.
 *
 * @param effect what the compiler did
 * @param unit the unit both stand in
 * @param from the changed function's name in the source
 * @param declared where its source stands, {@code file:line}; empty if unknown
 * @param via the symbol that carries the effect (a clone, the callee), or the function in whose
 *     inlined body it happened; may be empty
 * @param into the impacted function's symbol
 * @param where the place in the impacted function, for instance {@code a+0x12}; may be empty
 * @param source the source line of that place; empty if unknown
 * @param detail more for the reader: the kind of clone, the registers
 * @param evidence where it was read
 */
public record Fact(
        Effect effect,
        String unit,
        String from,
        String declared,
        String via,
        String into,
        String where,
        String source,
        String detail,
        Evidence evidence) {
    /** Where a fact was read. */
    public enum Evidence {
        DEBUG_INFO("debug information"),
        DUMP("clone dump"),
        CODE("code");

        private final String text;

        Evidence(String text) {
            this.text = text;
        }

        /** For the reader. */
        public String text() {
            return text;
        }
    }

    /** As a sentence without a subject: {@code inlines f at t.c:3}. */
    public String sentence() {
        StringBuilder text = new StringBuilder(effect.text()).append(' ').append(from);
        if (!via.isEmpty() && !via.equals(from)) {
            text.append(" (").append(via).append(')');
        }
        if (!source.isEmpty()) {
            text.append(" at ").append(source);
        } else if (!where.isEmpty()) {
            text.append(" at ").append(where);
        }
        return detail.isEmpty() ? text.toString() : text.append(", ").append(detail).toString();
    }
}
