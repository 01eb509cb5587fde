package suture.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the original files come from. */
@FunctionalInterface
public interface SourceTree {
    /** The text of a file, each byte a character; null if there is none. */
    @Nullable String text(String path);

    /** Whether a path stays in the tree, whether or not there is something at its end. */
    default boolean holds(String path) {
        return true;
    }

    /** The tree under a folder; only read. */
    static SourceTree of(Path root) {
        return new Folder(root);
    }

    /**
     * Files on disk.
     *
     * @param root the top folder
     */
    record Folder(Path root) implements SourceTree {
        @Override
        public @Nullable String text(String path) {
            try {
                Path file = root.resolve(path);
                return holds(path) && Files.isRegularFile(file)
                        ? Files.readString(file, ISO_8859_1)
                        : null;
            } catch (InvalidPathException e) {
                return null; // no file of this system can have that name
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * What a symbolic link leads to is not part of the tree: the same file would be patched
         * under one path and stay as it is under the other.
         */
        @Override
        public boolean holds(String path) {
            try {
                Path file = root;
                for (Path part : Path.of(path)) {
                    file = file.resolve(part);
                    if (Files.isSymbolicLink(file)) {
                        return false;
                    }
                }
                return true;
            } catch (InvalidPathException e) {
                return false;
            }
        }
    }
}
