package suture.plan;

import suture.diff.DataVerdict;
import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Verdict;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.Reference;

import java.util.ArrayList;
import java.util.List;

/** What a unit's patch asks to be called, in hooks that nothing refers to. */
final class AskedCalls {
    private final Planner.UnitDiff unit;
    private final ObjectDiff diff;
    private final Hooks hooks;
    private final List<Finding> findings;
    private final List<Atom> roots = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();

    /**
     * @param hooks those that are called
     * @param findings gets what is asked for and will not be done
     */
    AskedCalls(Planner.UnitDiff unit, Hooks hooks, List<Finding> findings) {
        this.unit = unit;
        this.diff = unit.diff();
        this.hooks = hooks;
        this.findings = findings;
        for (DataVerdict verdict : diff.data()) {
            Atom hook = verdict.patched();
            Hooks whose = Hooks.of(hook);
            if (whose != null && hook != null && verdict.verdict() == Verdict.NEW) {
                add(hook, whose);
            }
        }
    }

    /** What must travel to be called. */
    List<Atom> roots() {
        return List.copyOf(roots);
    }

    /** What the livepatch core is told to call; Xen finds its hooks in their sections. */
    List<Callback> callbacks() {
        return List.copyOf(callbacks);
    }

    private void add(Atom hook, Hooks whose) {
        if (whose != hooks) {
            findings.add(
                    Finding.warning(
                            "hook-not-run",
                            hook.name(),
                            String.valueOf(hook.section()),
                            "nobody here calls what the patch names in this section",
                            "do what it does in code that the patch replaces"));
        } else if (whose == Hooks.XEN) {
            roots.add(hook);
        } else {
            callBack(hook);
        }
    }

    private void callBack(Atom hook) {
        Callback.Moment moment = Hooks.moment(hook);
        Atom function =
                hook.references().stream()
                        .filter(r -> r.offset() == 0 && r.targetOffset() == 0)
                        .map(Reference::target)
                        .findFirst()
                        .orElse(null);
        Symbol symbol = function == null ? null : function.symbol();
        if (moment == null || function == null || symbol == null || !travels(function)) {
            findings.add(
                    Finding.error(
                            "callback",
                            hook.name(),
                            hook.section() + ": " + (function == null ? "no function" : function),
                            moment == null
                                    ? "it does not say when it is to be called"
                                    : "what is to be called is no function that the patch brings",
                            "name a function that the patch adds to " + unit.unit()));
            return;
        }
        roots.add(function);
        callbacks.add(new Callback(moment, symbol));
    }

    private boolean travels(Atom function) {
        return diff.functions().stream()
                .filter(f -> function.equals(f.atom()))
                .map(FunctionVerdict::verdict)
                .anyMatch(Verdict::travels);
    }
}
