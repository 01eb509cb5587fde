package suture.build.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The links of a builder's views lead out of the folder of a test, and JUnit says so of each when
 * it deletes that.
 */
final class Views {
    private Views() {}

    /** Deletes the links in a builder's folder, and nothing else. */
    static void delete(Path work) throws IOException {
        if (!Files.exists(work)) {
            return;
        }
        List<Path> links;
        try (Stream<Path> all = Files.walk(work)) {
            links = all.filter(Files::isSymbolicLink).toList();
        }
        for (Path link : links) {
            Files.delete(link);
        }
    }
}
