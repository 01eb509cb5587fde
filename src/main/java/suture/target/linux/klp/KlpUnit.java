package suture.target.linux.klp;

import suture.elf.Symbol;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.Bindings;

import java.util.function.Function;

/**
 * One unit's plan with what was proven about the things it refers to.
 *
 * @param plan what travels
 * @param bindings where things run
 * @param functions the running function that a symbol of the original object stands for; the offset
 *     of the answer is 0
 */
public record KlpUnit(
        UnitPlan plan, Bindings bindings, Function<Symbol, Binding.Livepatch> functions) {}
