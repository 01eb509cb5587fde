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
 * @param reach whether it may mean a neighbour of the target
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
        Reach reach) {
    /** What a place in a section says of the variable that is meant. */
    public enum Reach {
        /** It is the one that the place lies in. */
        PLACE,
        /**
         * The place, plus an index that is not known, lies in it. Compilers take constants out of
         * an index, so the place alone need not: {@code b[i - 8]} behind an {@code a} of eight
         * elements is {@code a[i]}.
         */
        INDEXED,
        /**
         * It is any of the section: the compiler reaches several from one address there, with the
         * distance in the instruction.
         */
        SECTION;

        /** What an array that a number is added to has room for at least behind the place. */
        private static final long ROOM = 8;

        /**
         * What a place is worth that an index is added to. A state is only taken for another if
         * another one takes its place, so one that the index can hardly leave is meant; a table of
         * constants that is edited stays where it is.
         *
         * @param hit what the place lies in, or is nearest to
         * @param offset of the place in it, in bytes
         */
        static Reach indexed(AtomMap.Hit hit, long offset) {
            long size = hit.atom().extents().get(hit.extent()).size();
            boolean inside = offset >= 0 && 2 * offset <= size && offset + ROOM <= size;
            return inside && hit.atom().state() ? PLACE : INDEXED;
        }
    }

    /** The type of a branch without relocation. */
    public static final int BRANCH = -1;

    /** The type of a place that an instruction reaches from a section anchor. */
    public static final int PLACE = -2;

    /** The same, which means the place that it names. */
    Reference exact() {
        return new Reference(
                extent,
                offset,
                width,
                type,
                target,
                targetExtent,
                targetOffset,
                addend,
                operation,
                Reach.PLACE);
    }
}
