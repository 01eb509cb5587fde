package suture.match;

import suture.graph.Atom;

/**
 * One place where two atoms differ.
 *
 * @param kind what differs
 * @param atom the original atom that holds the place: the compared one, an entry of it, or content
 *     it reaches
 * @param patchedAtom its counterpart
 * @param extent index of the extent in the compared atom
 * @param offset offset of the place in that extent, in bytes
 * @param original what stands in the original, for the reader
 * @param patched what stands in the patched object, for the reader
 */
public record Difference(
        Kind kind,
        Atom atom,
        Atom patchedAtom,
        int extent,
        long offset,
        String original,
        String patched) {
    /** What differs. */
    public enum Kind {
        /** Number or size of the extents. */
        SIZE,
        /** Bytes that no reference covers. */
        BYTES,
        /** Where a reference stands or how it is made. */
        REFERENCE,
        /** What a reference leads to. */
        TARGET,
        /** Content that a reference leads to. */
        CONTENT,
        /** An entry of a special section. */
        ENTRY
    }
}
