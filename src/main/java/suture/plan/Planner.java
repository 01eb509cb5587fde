package suture.plan;

import suture.diff.ObjectDiff;
import suture.elf.Symbol;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

    /** Whether a unit has something to plan: what travels, what refuses, or a hook. */
    public static boolean concerns(ObjectDiff diff) {
        return !diff.outcome().equals("unchanged")
                || diff.data().stream().anyMatch(v -> Hooks.of(v.patched()) != null);
    }

    /**
     * Plans the payload of all units; references between units to new things are bound inside the
     * payload.
     *
     * @param hooks what will be called of what the patch asks to be called
     */
    public static PatchPlan plan(List<UnitDiff> units, Hooks hooks) {
        List<UnitPlan> plans = new ArrayList<>();
        List<Finding> findings = new ArrayList<>(LayoutCheck.check(units));
        for (UnitDiff unit : units) {
            findings.addAll(unit.diff().findings());
            UnitPlan plan = new Closure(unit, hooks, findings).plan();
            if (!plan.pieces().isEmpty()) {
                plans.add(plan);
            }
        }
        bindAcross(plans, findings);
        tell(plans, findings);
        return new PatchPlan(List.copyOf(plans), List.copyOf(findings));
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

    /**
     * A symbol that one unit does not define may be a new one of another unit of the same running
     * object; two modules may well have a function of one name each.
     */
    private static void bindAcross(List<UnitPlan> plans, List<Finding> findings) {
        Map<String, Map<String, Piece>> added = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (UnitPlan plan : plans) {
            Map<String, Piece> own = added.computeIfAbsent(plan.owner(), o -> new HashMap<>());
            for (Piece piece : plan.pieces()) {
                for (Symbol symbol : piece.symbols()) {
                    boolean replaced =
                            plan.replacements().stream().anyMatch(r -> r.patched() == symbol);
                    if (!symbol.isLocal() && !replaced) {
                        own.put(symbol.name(), piece);
                        if (!names.add(symbol.name())) {
                            findings.add(definedTwice(symbol, plan));
                        }
                    }
                }
            }
        }
        for (UnitPlan plan : plans) {
            Map<String, Piece> own = added.getOrDefault(plan.owner(), Map.of());
            for (Piece piece : plan.pieces()) {
                piece.setLinks(piece.links().stream().map(link -> bind(link, own)).toList());
            }
        }
    }

    private static Finding definedTwice(Symbol symbol, UnitPlan plan) {
        return Finding.error(
                "defined-twice",
                symbol.name(),
                plan.unit(),
                "two units of the patch define this new symbol",
                "rename one of them, or make it static");
    }

    private static Link bind(Link link, Map<String, Piece> added) {
        return switch (link.destination()) {
            case Destination.External(Symbol symbol) when added.containsKey(symbol.name()) -> {
                Piece piece = added.get(symbol.name());
                long start =
                        piece.symbols().stream()
                                .filter(s -> s.name().equals(symbol.name()))
                                .findFirst()
                                .orElseThrow()
                                .value();
                yield new Link(
                        link.at(),
                        link.type(),
                        new Destination.Travelling(piece),
                        link.addend() + start - piece.offset());
            }
            case Destination.External external -> link;
            case Destination.Running running -> link;
            case Destination.Travelling travelling -> link;
        };
    }
}
