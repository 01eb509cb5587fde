package suture.diff;

/**
 * One piece of evidence.
 *
 * @param kind what differs: {@code size}, {@code instruction}, {@code reference}, {@code target},
 *     {@code content}, {@code special-section}; or why it is impacted: {@code calls-unredirected}
 * @param where the place, for instance {@code f+0x12}; or a step of the way to the changed line as
 *     a sentence, and then {@code original} and {@code patched} are empty
 * @param original what stands in the original
 * @param patched what stands in the patched object
 * @param source source file and line of the place in the patched object, empty if unknown
 */
public record Reason(String kind, String where, String original, String patched, String source) {}
