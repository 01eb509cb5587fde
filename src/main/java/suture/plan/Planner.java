package suture.plan;

import suture.diff.ObjectDiff;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** From verdicts to plans. */
public final class Planner {
    private Planner() {}

    /**
     * One unit's verdicts.
     *
     * @param unit the unit's path in its source tree
     * @param owner the running object it is part of
     * @param diff its verdicts
     */
    public record UnitDiff(String unit, String owner, ObjectDiff diff) {}

    /**
     * Whether a unit has something to plan: what travels, what refuses, a hook, or what it lets
     * other units see.
     */
    public static boolean concerns(ObjectDiff diff) {
        return !diff.outcome().equals("unchanged")
                || diff.data().stream().anyMatch(v -> Hooks.of(v.patched()) != null)
                || Offers.of(diff).any();
    }

    /**
     * Plans the payload of all units, each of which can see what the patch adds to those of its own
     * running object.
     *
     * @param hooks what will be called of what the patch asks to be called
     */
    public static PatchPlan plan(List<UnitDiff> units, Hooks hooks) {
        return plan(units, hooks, Visibility.OWN);
    }

    /**
     * Plans the payload of all units; references between units to what the patch adds, or makes
     * global, are bound to it.
     *
     * @param hooks what will be called of what the patch asks to be called
     * @param visibility whose global names code can use
     */
    public static PatchPlan plan(List<UnitDiff> units, Hooks hooks, Visibility visibility) {
        List<Finding> findings = new ArrayList<>(LayoutCheck.check(units));
        List<Closure> closures = new ArrayList<>();
        for (UnitDiff unit : units) {
            findings.addAll(unit.diff().findings());
            closures.add(new Closure(unit, hooks, findings));
        }
        Exchange exchange = new Exchange(closures, visibility);
        findings.addAll(exchange.settle());
        List<UnitPlan> plans =
                closures.stream()
                        .map(closure -> closure.plan(exchange))
                        .filter(plan -> !plan.pieces().isEmpty())
                        .toList();
        tell(plans, findings);
        return new PatchPlan(plans, List.copyOf(findings));
    }

    /** Says what will be called, and refuses what an object has room for but once. */
    private static void tell(List<UnitPlan> plans, List<Finding> findings) {
        Set<String> taken = new HashSet<>();
        for (UnitPlan plan : plans) {
            for (Callback callback : plan.callbacks()) {
                String moment = callback.moment().member();
                String name = callback.function().name();
                findings.add(
                        taken.add(plan.owner() + ' ' + moment)
                                ? Finding.note(
                                        "callback",
                                        name,
                                        plan.unit(),
                                        "the livepatch core calls it as "
                                                + moment
                                                + " of "
                                                + plan.owner())
                                : Finding.error(
                                        "several-callbacks",
                                        name,
                                        plan.unit(),
                                        plan.owner() + " has a function for " + moment + " already",
                                        "call both from one function"));
            }
        }
    }
}
