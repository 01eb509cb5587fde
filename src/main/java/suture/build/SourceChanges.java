package suture.build;

import suture.bytes.Bytes;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a patch makes of source files.
 *
 * @param files by path relative to the source directory, with slashes
 */
public record SourceChanges(SortedMap<String, Change> files) {
    /** What becomes of one file. */
    public sealed interface Change {
        /** It has this content now; it may be new. */
        record Content(Bytes bytes) implements Change {}

        /** It is gone. */
        record Deleted() implements Change {}
    }

    public SourceChanges {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        for (String path : files.keySet()) {
            Path normal = Path.of(path).normalize();
            if (normal.isAbsolute() || normal.startsWith("..") || !normal.toString().equals(path)) {
                throw new IllegalArgumentException("not a plain relative path: " + path);
            }
        }
    }

    /** Files with new content. */
    public static SourceChanges of(Map<Path, byte[]> contents) {
        TreeMap<String, Change> files = new TreeMap<>();
        contents.forEach((path, content) ->
                files.put(path.toString(), new Change.Content(Bytes.of(content))));
        return new SourceChanges(files);
    }

    /** The same with a file deleted. */
    public SourceChanges without(Path deleted) {
        TreeMap<String, Change> more = new TreeMap<>(files);
        more.put(deleted.toString(), new Change.Deleted());
        return new SourceChanges(more);
    }
}
