package suture.build.slice;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What some functions of a unit need.
 *
 * @param parts the text, in the order of the unit
 * @param forward structures and unions that must be declared before all else, {@code struct NAME}
 * @param external functions and variables that it uses and does not define
 * @param carried functions that it defines and that were not wanted, with the file of each
 * @param statics static local variables of its functions that can be written, {@code FUNCTION:
 *     NAME}
 */
public record Slice(
        List<Part> parts,
        List<String> forward,
        Set<String> external,
        Map<String, String> carried,
        List<String> statics) {
    /**
     * A part of the text.
     *
     * @param file where it was written; empty for a declaration that was made of a definition
     * @param text its text
     */
    public record Part(String file, String text) {}

    /** Those of some words that stand in the text as identifiers. */
    public Set<String> using(Set<String> words) {
        Set<String> used = new TreeSet<>();
        for (Part part : parts) {
            for (String word : new Words(part.text()).identifiers()) {
                if (words.contains(word)) {
                    used.add(word);
                }
            }
        }
        return used;
    }
}
