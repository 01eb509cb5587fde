package suture.graph;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One kind of table that has an entry for each site in code.
 *
 * @param name the section's exact name
 * @param layouts the entry layouts that are known, the likeliest first; which one holds is proven
 *     from the relocations
 * @param site offset in the entry of the reference to the site
 * @param meaning whether a difference in it is a difference in behaviour
 */
public record SpecialSection(String name, List<Layout> layouts, int site, Meaning meaning) {
    /**
     * One form that the entries of a table have.
     *
     * @param size of an entry in bytes
     * @param fields offsets at which every entry has a relocation
     * @param others offsets at which an entry may have one
     * @param line where the entry holds its source line, or null
     * @param machine name of the only machine that has it; empty for all
     */
    public record Layout(
            int size,
            List<Integer> fields,
            List<Integer> others,
            @Nullable LineField line,
            String machine) {}

    /** What a difference in an entry says about the function it belongs to. */
    public enum Meaning {
        /** The function behaves differently. */
        BEHAVIOUR,
        /**
         * The kernel writes another instruction over the site when it starts: an entry more or less
         * over equal code (a thunk call that is declared safe) is another behaviour. What the entry
         * says follows from the code.
         */
        REWRITTEN,
        /** Nothing: the entry follows from the code (unwinding, trace sites). */
        DERIVED;

        /** Whether a difference is one in behaviour. */
        public boolean counts() {
            return this != DERIVED;
        }
    }
}
