package suture.build.linux;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

class SortedLinesTest {
    @TempDir Path directory;

    @Test
    void eachLineIsFoundAndNoOther() throws IOException {
        Random random = new Random(3);
        TreeMap<String, List<String>> table = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            List<String> fields = new ArrayList<>();
            for (int left = random.nextInt(40); left > 0; left--) {
                fields.add(name(random));
            }
            table.put(name(random), fields);
        }
        List<String> lines = new ArrayList<>();
        table.forEach((first, rest) -> {
            List<String> fields = new ArrayList<>(List.of(first));
            fields.addAll(rest);
            lines.add(String.join("\t", fields));
        });
        Path file = Files.write(directory.resolve("lines"), lines, ISO_8859_1);
        SortedLines read = SortedLines.read(file);
        table.forEach((first, rest) -> assertThat(read.fields(first)).isEqualTo(rest));
        for (int i = 0; i < 2000; i++) {
            String other = name(random);
            assertThat(read.fields(other)).isEqualTo(table.getOrDefault(other, List.of()));
        }
    }

    @Test
    void anEmptyFileHasNoLines() throws IOException {
        Path file = Files.createFile(directory.resolve("empty"));
        assertThat(SortedLines.read(file).fields("a")).isEmpty();
    }

    /** Short, so that many are the beginning of others; with letters that are negative bytes. */
    private static String name(Random random) {
        StringBuilder name = new StringBuilder();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            name.append("ab=/*\u00e4\u00ff".charAt(random.nextInt(7)));
        }
        return name.toString();
    }
}
