package suture.source;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;

import java.util.List;

/**
 * A patch as it changes a source tree.
 *
 * @param files in the order of the patch
 * @param findings why it does not apply; empty if it does
 */
public record AppliedPatch(List<Change> files, List<Finding> findings) {
    /**
     * A changed file.
     *
     * @param original its path in the tree before, with forward slashes; null if it is new
     * @param patched its path after; null if it is deleted
     * @param script all its lines
     */
    public record Change(@Nullable String original, @Nullable String patched, Script script) {
        /** The path to show. */
        public String name() {
            return patched != null ? patched : String.valueOf(original);
        }
    }
}
