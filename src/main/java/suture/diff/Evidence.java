package suture.diff;

import suture.graph.Atom;
import suture.match.Difference;

/** Differences as reasons for the reader. */
final class Evidence {
    private Evidence() {}

    static Reason reason(Atom patched, Difference difference, String source) {
        String where = patched.name() + "+0x" + Long.toHexString(difference.offset());
        if (difference.extent() > 0) {
            where =
                    patched.extents()
                                    .get(
                                            Math.min(
                                                    difference.extent(),
                                                    patched.extents().size() - 1))
                                    .section()
                            + ": "
                            + patched.name()
                            + ".cold+0x"
                            + Long.toHexString(difference.offset());
        }
        return new Reason(
                kind(difference.kind()),
                where,
                difference.original(),
                difference.patched(),
                source);
    }

    private static String kind(Difference.Kind kind) {
        return switch (kind) {
            case SIZE -> "size";
            case BYTES -> "instruction";
            case REFERENCE -> "reference";
            case TARGET -> "target";
            case CONTENT -> "content";
            case ENTRY -> "special-section";
        };
    }
}
