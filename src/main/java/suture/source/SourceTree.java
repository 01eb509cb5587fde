package suture.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the original files come from. */
@FunctionalInterface
public interface SourceTree {
    /** The text of a file, each byte a character; null if there is none. */
    @Nullable String text(String path);

    /** The tree under a folder; only read. */
    static SourceTree of(Path root) {
        return path -> {
            try {
                Path file = root.resolve(path);
                return Files.isRegularFile(file) ? Files.readString(file, ISO_8859_1) : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
