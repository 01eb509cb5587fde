package suture.finding;

/**
 * One thing to say about a patch.
 *
 * @param severity its weight
 * @param rule a stable identifier in kebab case, for instance {@code changed-init-section}
 * @param subject the function, datum, file or option it is about
 * @param place where: file, section, symbol and offset, or source line; empty if the subject says
 *     it
 * @param message one sentence: what is wrong
 * @param remedy what to do about it; empty only for notes
 */
public record Finding(
        Severity severity,
        String rule,
        String subject,
        String place,
        String message,
        String remedy) {

    /** A finding that refuses the patch. */
    public static Finding error(
            String rule, String subject, String place, String message, String remedy) {
        return new Finding(Severity.ERROR, rule, subject, place, message, remedy);
    }

    /** A finding that somebody should look at. */
    public static Finding warning(
            String rule, String subject, String place, String message, String remedy) {
        return new Finding(Severity.WARNING, rule, subject, place, message, remedy);
    }

    /** A finding for completeness. */
    public static Finding note(String rule, String subject, String place, String message) {
        return new Finding(Severity.NOTE, rule, subject, place, message, "");
    }

    /** Whether it refuses the patch. */
    public boolean refuses() {
        return severity == Severity.ERROR;
    }
}
