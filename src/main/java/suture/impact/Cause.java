package suture.impact;

/**
 * One step of the way from a function of a payload to the line that put it there.
 *
 * @param kind a word for documents, for instance {@code inlined}
 * @param function the function it is about
 * @param text what is said of it, without the name
 * @param source file and line, empty if unknown
 */
public record Cause(String kind, String function, String text, String source) {
    /** The whole sentence. */
    public String sentence() {
        return function + ": " + text;
    }
}
