package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.diff.DataVerdict;
import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Verdict;
import suture.graph.Atom;
import suture.graph.Reference;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What of a patched unit runs already, so that the payload is bound to it. */
final class RunningTwins {
    private final ObjectDiff diff;
    private final Map<Atom, FunctionVerdict> functions = new HashMap<>();
    private final Map<Atom, DataVerdict> data = new HashMap<>();
    private final InsideAddresses inside;

    RunningTwins(Planner.UnitDiff unit) {
        this.diff = unit.diff();
        diff.functions().forEach(v -> functions.put(v.atom(), v));
        diff.data().stream()
                .filter(v -> v.patched() != null)
                .forEach(v -> data.put(Objects.requireNonNull(v.patched()), v));
        this.inside = new InsideAddresses(unit.unit(), diff.patched(), this::isReplaced);
    }

    private boolean isReplaced(Atom function) {
        FunctionVerdict verdict = functions.get(function);
        return verdict != null && verdict.verdict().travels();
    }

    /** Which data leads inside of what is replaced. */
    InsideAddresses inside() {
        return inside;
    }

    /**
     * The thing in the running image that the reference is bound to, as an atom of the original;
     * null if it must travel.
     */
    @Nullable Atom of(Atom from, Reference reference) {
        return of(reference.target(), isStored(from, reference));
    }

    /**
     * Whether a reference puts the address of a thing into data. A place inside of a function is no
     * such address but an entry of its jump table or a label.
     */
    static boolean isStored(Atom from, Reference reference) {
        return reference.targetExtent() == 0
                && reference.targetOffset() == 0
                && !from.code()
                && from.owner() == null;
    }

    /**
     * The same for what a reference of another unit means.
     *
     * @param stored whether the address is put into data
     */
    @Nullable Atom of(Atom target, boolean stored) {
        Atom twin = diff.correlation().originalOf(target);
        if (twin == null || twin.extents().isEmpty()) {
            return null;
        }
        return switch (target.kind()) {
            case FUNCTION, CODE ->
                    target.symbol() != null && runningFunction(target, stored) ? twin : null;
            case VARIABLE -> isEmpty(target) || !runningVariable(target) ? null : twin;
            case CONTENT -> target.state() && !isEmpty(target) ? twin : null;
            case STRING, ENTRY, EXTERNAL -> null;
        };
    }

    /**
     * An unchanged function runs; of a redirected one the address that may be stored is the running
     * one's.
     */
    private boolean runningFunction(Atom target, boolean stored) {
        FunctionVerdict verdict = functions.get(target);
        if (verdict == null || verdict.verdict() == Verdict.UNCHANGED) {
            return true;
        }
        return verdict.redirect() && stored;
    }

    /**
     * Variables without a byte ({@code struct lock_class_key} without lock debugging) hold nothing
     * that a copy could lose, and what runs need not have a place for them.
     */
    private static boolean isEmpty(Atom target) {
        return target.size() == 0 && !target.visible();
    }

    private boolean runningVariable(Atom target) {
        DataVerdict verdict = data.get(target);
        boolean changed = verdict != null && verdict.verdict() == Verdict.CHANGED;
        return target.state()
                ? !changed || !target.madeForSite()
                : !changed && !inside.leadFrom(target);
    }
}
