package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.graph.Atom;
import suture.graph.NameGrammar;

import java.util.List;

/**
 * The verdict on one function.
 *
 * @param original the function in the original object, null if it is new
 * @param patched the function in the patched object, null if it was removed
 * @param verdict the verdict
 * @param redirect whether calls of the running function go to the new body
 * @param reasons the evidence; empty for new, removed and unchanged functions
 */
public record FunctionVerdict(
        @Nullable Atom original,
        @Nullable Atom patched,
        Verdict verdict,
        boolean redirect,
        List<Reason> reasons) {
    /** The function in the patched object, or in the original if it was removed. */
    public Atom atom() {
        Atom atom = patched == null ? original : patched;
        if (atom == null) {
            throw new IllegalStateException("a verdict on nothing");
        }
        return atom;
    }

    /** Its symbol's name. */
    public String name() {
        return atom().name();
    }

    /** Its name in the source. */
    public String base() {
        return NameGrammar.base(name());
    }

    FunctionVerdict as(Verdict verdict, boolean redirect, List<Reason> reasons) {
        return new FunctionVerdict(original, patched, verdict, redirect, reasons);
    }
}
