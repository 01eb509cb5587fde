package suture.impact;

import java.util.List;

/**
 * All that was found out about one object.
 *
 * @param knowledge what there was to read, and what the compiler may have done unseen
 * @param functions in the order of the object
 * @param facts the visible effects
 */
public record UnitFacts(Knowledge knowledge, List<Function> functions, List<Fact> facts) {}
