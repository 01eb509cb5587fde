package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.graph.Atom;

import java.util.List;

/**
 * The verdict on one named datum.
 *
 * @param original the datum in the original object, null if it is new
 * @param patched the datum in the patched object, null if it was removed
 * @param verdict changed, new, removed or unchanged
 * @param reasons the evidence
 */
public record DataVerdict(
        @Nullable Atom original, @Nullable Atom patched, Verdict verdict, List<Reason> reasons) {
    /** Its symbol's name in the patched object, or in the original if it was removed. */
    public String name() {
        Atom atom = patched == null ? original : patched;
        return atom == null ? "" : atom.name();
    }
}
