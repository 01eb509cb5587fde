package suture.graph;

import java.util.List;
import java.util.Map;

/**
 * One kind of table that has an entry for each site in code.
 *
 * @param name the section's exact name
 * @param sizes the entry sizes in bytes that are known, the likeliest first; which one holds is
 *     proven from the relocations, {@code sh_entsize} or the target's own description
 * @param site offset in the entry of the reference to the site
 * @param meaning whether a difference in it is a difference in behaviour
 * @param lines where an entry of each of these sizes holds its source line; empty if none does
 */
public record SpecialSection(
        String name,
        List<Integer> sizes,
        int site,
        Meaning meaning,
        Map<Integer, LineField> lines) {
    /** What a difference in an entry says about the function it belongs to. */
    public enum Meaning {
        /** The function behaves differently. */
        BEHAVIOUR,
        /** Nothing: the entry follows from the code (unwinding, trace sites, thunk sites). */
        DERIVED
    }
}
