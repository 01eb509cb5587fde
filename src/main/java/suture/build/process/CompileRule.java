package suture.build.process;

import suture.bytes.FormatException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** How the units of a program are compiled. */
public sealed interface CompileRule {

    /**
     * One command for every unit.
     *
     * @param words with {@code {source}} and {@code {object}} in them; runs at the root of the tree
     */
    record Template(List<String> words) implements CompileRule {}

    /**
     * The commands of a {@code compile_commands.json}, which clang, CMake, Meson and Bear write.
     */
    record Database(List<Entry> entries) implements CompileRule {}

    /**
     * One command of a database.
     *
     * @param directory where it runs
     * @param file the source, absolute
     * @param words the command without output and dependency files
     */
    record Entry(Path directory, Path file, List<String> words) {}

    /**
     * Parses a template as a shell would split it.
     *
     * @throws FormatException if a placeholder is missing
     */
    static CompileRule template(String command) {
        List<String> words = Words.split(command);
        for (String placeholder : List.of("{source}", "{object}")) {
            if (words.stream().noneMatch(w -> w.contains(placeholder))) {
                throw new FormatException(
                        "--compile", "", -1, placeholder + " in the command", command);
            }
        }
        return new Template(words);
    }

    /**
     * Reads a database.
     *
     * @throws FormatException if it has another form
     */
    static CompileRule database(Path file) throws IOException {
        JsonNode all = JsonMapper.builder().build().readTree(Files.readAllBytes(file));
        List<Entry> entries = new ArrayList<>();
        for (JsonNode node : all) {
            if (!node.has("directory") || !node.has("file")) {
                throw new FormatException(
                        file.toString(), "", -1, "directory and file in each entry", "" + node);
            }
            Path directory = Path.of(node.get("directory").stringValue()).toAbsolutePath();
            List<String> words = new ArrayList<>();
            if (node.has("arguments")) {
                node.get("arguments").forEach(word -> words.add(word.stringValue()));
            } else if (node.has("command")) {
                words.addAll(Words.split(node.get("command").stringValue()));
            }
            Path source = directory.resolve(node.get("file").stringValue()).normalize();
            entries.add(new Entry(directory, source, withoutOutputs(words)));
        }
        return new Database(entries);
    }

    private static List<String> withoutOutputs(List<String> words) {
        List<String> kept = new ArrayList<>();
        Set<String> alone = Set.of("-c", "-MD", "-MMD", "-MP", "-MG");
        Set<String> withValue = Set.of("-o", "-MF", "-MT", "-MQ");
        for (int i = 0; i < words.size(); i++) {
            if (withValue.contains(words.get(i))) {
                i++;
            } else if (!alone.contains(words.get(i))) {
                kept.add(words.get(i));
            }
        }
        return kept;
    }
}
