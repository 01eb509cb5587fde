package suture.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** What a demo prints, and the files it starts from. */
final class DemoScreen {
    private int step;

    /** A new step. */
    void step(String title) {
        System.out.printf("%n%d. %s%n", ++step, title);
    }

    /** Lines of a step. */
    void show(String text) {
        text.lines().forEach(line -> System.out.println("   " + line));
    }

    /** Copies a bundled file into a folder. */
    static Path file(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in =
                Objects.requireNonNull(DemoScreen.class.getResourceAsStream("/demo/" + name))) {
            Files.copy(in, file);
        }
        return file;
    }
}
