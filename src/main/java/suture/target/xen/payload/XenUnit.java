package suture.target.xen.payload;

import suture.elf.Elf;
import suture.elf.Symbol;
import suture.plan.UnitPlan;

/**
 * One unit's plan, whose originals have been proven to be what runs.
 *
 * @param plan what travels
 * @param file the unit's name in the hypervisor's table
 */
public record XenUnit(UnitPlan plan, String file) {
    /** A unit under the name of its FILE symbol. */
    public static XenUnit of(UnitPlan plan) {
        String file =
                plan.original().symbols().stream()
                        .filter(symbol -> symbol.type() == Elf.STT_FILE)
                        .map(Symbol::name)
                        .findFirst()
                        .orElse("");
        return new XenUnit(plan, file);
    }

    /** What the hypervisor calls a symbol of this unit. */
    String name(Symbol symbol) {
        return symbol.isLocal() ? file + '#' + symbol.name() : symbol.name();
    }
}
