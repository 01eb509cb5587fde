package suture.impact;

import java.util.List;

/**
 * A function that must be patched.
 *
 * @param function the function
 * @param changed whether it is one of those that change by themselves
 * @param reasons how the change reaches it, the shortest way first; empty if {@code changed}
 * @param chain the shortest way as sentences, from this function down to the changed one
 */
public record Impacted(
        Function function, boolean changed, List<Fact> reasons, List<String> chain) {}
