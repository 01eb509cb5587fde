package suture.diff;

import suture.elf.Section;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.AuthorSection;
import suture.graph.Extent;
import suture.graph.ObjectGraph;
import suture.graph.Reference;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the author of a patch tells its builder, in sections of the patched object. */
final class AuthorWords {
    private final Set<String> ignored = new HashSet<>();
    private final Set<Atom> kept = new HashSet<>();

    /**
     * @param findings gets what is not understood
     */
    AuthorWords(ObjectGraph patched, List<Finding> findings) {
        for (Atom atom : patched.atoms()) {
            Section section = atom.kind() == Atom.Kind.VARIABLE ? atom.section() : null;
            AuthorSection word = section == null ? null : AuthorSection.of(section);
            if (word != null) {
                switch (word) {
                    case IGNORE -> atom.references().forEach(r -> ignored.add(text(r)));
                    case KEEP -> atom.references().forEach(r -> kept.add(r.target()));
                    case UNKNOWN -> findings.add(unknown(atom));
                    // Whether somebody calls these is the target's affair.
                    case XEN_HOOK, LINUX_HOOK, KLP_BUILD_HOOK -> {}
                }
            }
        }
    }

    private static Finding unknown(Atom atom) {
        return Finding.warning(
                "word-not-known",
                atom.name(),
                String.valueOf(atom.section()),
                "the patch asks for something here that Suture does not know; it is not done",
                "leave it out, or use the macros of suture/hooks.h and suture/linux_hooks.h");
    }

    /** Whether what a section holds in what runs is to stay as it is, whatever the patch says. */
    boolean keeps(String section) {
        return ignored.contains(section);
    }

    /** The same of one variable of the patched object. */
    boolean keeps(Atom atom) {
        return kept.contains(atom) || keeps(String.valueOf(atom.section()));
    }

    /** The string that a pointer leads to; empty if there is none. */
    private static String text(Reference reference) {
        if (reference.target().kind() != Atom.Kind.STRING) {
            return "";
        }
        Extent string = reference.target().extents().get(reference.targetExtent());
        return string.section().content().cstring(string.offset() + reference.targetOffset());
    }
}
