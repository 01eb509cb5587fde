package suture.source;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What a patch does to one file.
 *
 * @param original path of the original file as the patch writes it; null if it is created
 * @param patched path of the patched file as the patch writes it; null if it is deleted
 * @param fate what becomes of the original file where the two paths are not the same
 * @param hunks in order of lines; empty for a pure rename
 * @param at line of the patch that its header starts in, from 1
 */
public record FilePatch(
        @Nullable String original, @Nullable String patched, Fate fate, List<Hunk> hunks, int at) {
    /** What becomes of an original file whose content gets a new path. */
    public enum Fate {
        /** The patch does not say: one of the paths is a name for the time of the comparison. */
        UNSAID,
        /** It is there no more. */
        MOVED,
        /** It stays as it is. */
        COPIED
    }

    /** The path to show. */
    public String name() {
        return patched != null ? patched : String.valueOf(original);
    }
}
