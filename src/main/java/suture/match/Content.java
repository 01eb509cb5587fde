package suture.match;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.Reference;
import suture.machine.Machine;
import suture.machine.RelocationKind;

/** Content of atoms as a reader of a report wants to see it. */
final class Content {
    private static final int SHOWN = 48;

    private Content() {}

    /** What an atom of one part holds. */
    static Bytes of(Atom atom) {
        return atom.extents().getFirst().content();
    }

    static String text(Atom atom) {
        if (atom.extents().isEmpty()) {
            return atom.toString();
        }
        Extent extent = atom.extents().getFirst();
        if (atom.kind() == Atom.Kind.STRING) {
            return quoted(extent.content());
        }
        String hex = extent.content(0, SHOWN).hex();
        String name = atom.symbol() == null ? "" : atom.name() + " = ";
        return name + hex + (extent.size() > SHOWN ? "... (" + extent.size() + " bytes)" : "");
    }

    private static String quoted(Bytes content) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : content.text().toCharArray()) {
            if (c == 0) {
                break;
            }
            switch (c) {
                case '\n' -> text.append("\\n");
                case '"' -> text.append("\\\"");
                default ->
                        text.append(c < ' ' ? String.format("\\%03o", (int) c) : String.valueOf(c));
            }
        }
        return text.append('"').toString();
    }

    static String text(@Nullable Reference reference) {
        if (reference == null) {
            return "no reference";
        }
        long offset = reference.targetOffset();
        String sign =
                offset < 0 ? "-0x" + Long.toHexString(-offset) : "+0x" + Long.toHexString(offset);
        return reference.target() + (offset == 0 ? "" : sign);
    }

    /** What it leads to, where it stands and how it is made. */
    static String field(Machine machine, @Nullable Reference reference) {
        if (reference == null) {
            return "no reference";
        }
        RelocationKind kind = machine.relocation(reference.type());
        return text(reference)
                + " at +0x"
                + Long.toHexString(reference.offset())
                + (kind == null ? "" : " by " + kind.name());
    }

    /** Its first bytes. */
    static String start(Atom atom) {
        return atom.extents().isEmpty() ? "" : hex(atom.extents().getFirst(), 0);
    }

    /** Eight bytes from a place on. */
    static String hex(Extent extent, long place) {
        return extent.content(place, 8).hex();
    }
}
