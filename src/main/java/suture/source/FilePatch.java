package suture.source;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What a patch does to one file.
 *
 * @param original path of the original file as the patch writes it; null if it is created
 * @param patched path of the patched file as the patch writes it; null if it is deleted
 * @param hunks in order of lines; empty for a pure rename
 * @param at line of the patch that its header starts in, from 1
 */
public record FilePatch(
        @Nullable String original, @Nullable String patched, List<Hunk> hunks, int at) {
    /** The path to show. */
    public String name() {
        return patched != null ? patched : String.valueOf(original);
    }
}
