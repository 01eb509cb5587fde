package suture.build.linux;

import suture.build.CompileCommand;
import suture.build.CompileDatabase;
import suture.build.Owner;
import suture.build.Unit;
import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link CompileDatabase} as a text file. Units share nearly all of their words, so each word is
 * stored once.
 *
 * <pre>
 *   suture-units 1
 *   N             number of words
 *   WORD          N lines; a word has no newline
 *   OBJECT TAB SOURCE TAB INPUT TAB OWNERS TAB ARGUMENTS TAB STEP TAB STEP...     one line for each unit
 * </pre>
 *
 * Arguments and steps are word numbers with spaces between; owners are {@code =} (the main image),
 * {@code -} (elsewhere) or module paths with commas between.
 */
final class DatabaseFile {
    private static final String MAGIC = "suture-units 1";

    private DatabaseFile() {}

    static void write(CompileDatabase database, Path file) throws IOException {
        Map<String, Integer> words = new LinkedHashMap<>();
        List<String> rows = new ArrayList<>();
        for (Unit unit : database.units()) {
            StringBuilder row = new StringBuilder();
            row.append(unit.object()).append('\t').append(unit.source()).append('\t');
            row.append(unit.input()).append('\t');
            row.append(String.join(",", unit.owners().stream().map(DatabaseFile::code).toList()));
            row.append('\t').append(numbers(words, unit.command().arguments()));
            for (List<String> step : unit.command().steps()) {
                row.append('\t').append(numbers(words, step));
            }
            rows.add(row.toString());
        }
        List<String> lines = new ArrayList<>(List.of(MAGIC, String.valueOf(words.size())));
        lines.addAll(words.keySet());
        lines.addAll(rows);
        Files.write(file, lines);
    }

    static List<Unit> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2 || !lines.getFirst().equals(MAGIC)) {
            throw new FormatException(
                    file.toString(), "", -1, MAGIC, lines.isEmpty() ? "nothing" : lines.getFirst());
        }
        int count = Integer.parseInt(lines.get(1));
        List<String> words = lines.subList(2, 2 + count);
        List<Unit> units = new ArrayList<>();
        for (String row : lines.subList(2 + count, lines.size())) {
            String[] fields = row.split("\t", -1);
            List<List<String>> steps = new ArrayList<>();
            for (int i = 5; i < fields.length; i++) {
                steps.add(words(words, fields[i]));
            }
            List<Owner> owners =
                    Arrays.stream(fields[3].split(",", -1)).map(DatabaseFile::owner).toList();
            CompileCommand command = new CompileCommand(words(words, fields[4]), steps);
            units.add(new Unit(fields[0], fields[1], fields[2], owners, command));
        }
        return units;
    }

    private static String code(Owner owner) {
        return switch (owner) {
            case Owner.Vmlinux _ -> "=";
            case Owner.Module module -> module.path();
            case Owner.Elsewhere _ -> "-";
        };
    }

    private static Owner owner(String code) {
        return switch (code) {
            case "=" -> new Owner.Vmlinux();
            case "-" -> new Owner.Elsewhere();
            default -> new Owner.Module(code);
        };
    }

    private static String numbers(Map<String, Integer> words, List<String> list) {
        return String.join(
                " ",
                list.stream()
                        .map(w -> String.valueOf(words.computeIfAbsent(w, x -> words.size())))
                        .toList());
    }

    private static List<String> words(List<String> words, String numbers) {
        List<String> list = new ArrayList<>(1 + numbers.length() / 4);
        int number = 0;
        for (int i = 0; i < numbers.length(); i++) {
            char digit = numbers.charAt(i);
            if (digit == ' ') {
                list.add(words.get(number));
                number = 0;
            } else {
                number = 10 * number + (digit - '0');
            }
        }
        list.add(words.get(number));
        return list;
    }
}
