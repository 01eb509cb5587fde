package suture.diff;

import suture.elf.Section;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.ObjectGraph;
import suture.graph.Reference;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the author of a patch tells its builder, in sections of the patched object. */
final class AuthorWords {
    /** Where {@code KPATCH_IGNORE_SECTION} stands in objects of kpatch's own suite. */
    private static final String IGNORED = ".kpatch.ignore.sections";

    /** Where {@code SUTURE_KEEP} of {@code suture/hooks.h} stands. */
    private static final String KEPT = ".suture.keep";

    /**
     * Sections for those who make or run the payload, not for the linker of what runs: {@code
     * suture/linux_hooks.h} and {@code suture/xen_hooks.h}; Xen 4.17 {@code
     * xen/include/xen/livepatch_payload.h}; kpatch; Linux 6.19 {@code
     * include/linux/livepatch_helpers.h}.
     */
    private static final List<String> SECTIONS =
            List.of(".suture.", ".livepatch.hooks.", ".kpatch.", ".discard.klp_callback_ptrs");

    private final Set<String> ignored = new HashSet<>();
    private final Set<Atom> kept = new HashSet<>();

    AuthorWords(ObjectGraph patched) {
        for (Atom atom : patched.atoms()) {
            Section section = atom.kind() == Atom.Kind.VARIABLE ? atom.section() : null;
            if (section != null && section.name().equals(IGNORED)) {
                atom.references().forEach(r -> ignored.add(text(r)));
            } else if (section != null && section.name().equals(KEPT)) {
                atom.references().forEach(r -> kept.add(r.target()));
            }
        }
    }

    /** Whether a section is there to tell something. */
    static boolean isIn(String section) {
        return SECTIONS.stream().anyMatch(section::startsWith);
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
