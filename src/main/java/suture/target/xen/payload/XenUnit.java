package suture.target.xen.payload;

import suture.elf.Elf;
import suture.elf.ElfObject;
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
        return new XenUnit(plan, file(plan.original()));
    }

    private static String file(ElfObject object) {
        return object.symbols().stream()
                .filter(symbol -> symbol.type() == Elf.STT_FILE)
                .map(Symbol::name)
                .findFirst()
                .orElse("");
    }

    /** What the hypervisor calls a symbol of this unit. */
    String name(Symbol symbol) {
        return name(file, symbol);
    }

    /** What the hypervisor calls a symbol of the original object of a unit. */
    static String name(ElfObject original, Symbol symbol) {
        return name(file(original), symbol);
    }

    private static String name(String file, Symbol symbol) {
        return symbol.isLocal() ? file + '#' + symbol.name() : symbol.name();
    }
}
