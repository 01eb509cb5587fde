package suture.target.linux.klp;

import suture.elf.Symbol;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.Bindings;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One unit's plan with what was proven about the things it refers to.
 *
 * @param plan what travels
 * @param bindings where things run
 * @param functions the running function that a symbol of the original object stands for; the offset
 *     of the answer is 0
 * @param needs whether what the unit is part of cannot be there without a module of that name
 */
public record KlpUnit(
        UnitPlan plan,
        Bindings bindings,
        Function<Symbol, Binding.Livepatch> functions,
        Predicate<String> needs) {}
