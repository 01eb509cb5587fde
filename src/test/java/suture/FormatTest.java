package suture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every source file has the form that google-java-format (AOSP) gives it. Runs in the tests and not
 * as a Maven plugin, because Maven itself may run on a JDK that the formatter does not. {@code
 * -Dsuture.format=apply} rewrites the files.
 */
class FormatTest {
    @Test
    void sourcesAreFormatted() throws Exception {
        Path root = Path.of(System.getProperty("suture.basedir", "."));
        boolean apply = "apply".equals(System.getProperty("suture.format"));
        List<Path> wrong = new ArrayList<>();
        for (Path file : javaFiles(root)) {
            String source = Files.readString(file);
            String formatted = format(source);
            if (!formatted.equals(source)) {
                if (apply) {
                    Files.writeString(file, formatted);
                } else {
                    wrong.add(root.relativize(file));
                }
            }
        }
        assertThat(wrong)
                .as(
                        "format with: mvn test -Dtest=FormatTest"
                                + " -Dsurefire.extra=-Dsuture.format=apply")
                .isEmpty();
    }

    private static String format(String source) throws Exception {
        JavaFormatterOptions options = JavaFormatterOptions.builder().style(Style.AOSP).build();
        return new Formatter(options)
                .formatSourceAndFixImports(RemoveUnusedImports.removeUnusedImports(source));
    }

    private static List<Path> javaFiles(Path root) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String folder : List.of("src", "bench")) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                files.filter(f -> f.toString().endsWith(".java")).sorted().forEach(all::add);
            }
        }
        return all;
    }
}
