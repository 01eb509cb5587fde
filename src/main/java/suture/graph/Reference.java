package suture.graph;

/**
 * A field of an atom that leads to a place in another atom.
 *
 * @param extent index of the extent of the referring atom that holds the field
 * @param offset the field's offset in that extent, in bytes
 * @param width bytes of the field that do not count as content of the atom; 0 if its bits are part
 *     of an instruction word and stand as zeros in the file
 * @param type the relocation's type; {@link #BRANCH} for a displacement that the assembler resolved
 * @param target what is referred to
 * @param targetExtent index of the extent of the target that the place belongs to
 * @param targetOffset the place, relative to the start of that extent; outside of it for {@code
 *     array - 1} and the like
 * @param addend what a relocation to the start of that extent would need as addend: the place plus
 *     the PC bias
 * @param operation the rest of the instruction where the field covers a whole one (a resolved
 *     branch of a machine of fixed width), else 0
 * @param anchored whether it may mean a neighbour of the target: it names a section, and the
 *     compiler reaches several variables from one address there, with the distance in the
 *     instruction
 */
public record Reference(
        int extent,
        long offset,
        int width,
        int type,
        Atom target,
        int targetExtent,
        long targetOffset,
        long addend,
        long operation,
        boolean anchored) {
    /** The type of a branch without relocation. */
    public static final int BRANCH = -1;

    /** The type of a place that an instruction reaches from a section anchor. */
    public static final int PLACE = -2;
}
