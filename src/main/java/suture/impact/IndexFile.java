package suture.impact;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * An index in a file: the {@link Rows} in order of their bytes, after a line that says what it is.
 * A question is answered by a binary search in the mapped file.
 */
public final class IndexFile implements Index {
    private static final String MAGIC = "\tsuture-impact 1";

    private final String name;
    private final Bytes content;
    private final Map<String, Rows.UnitRow> units = new HashMap<>();

    private IndexFile(String name, Bytes content) {
        this.name = name;
        this.content = content;
        for (String line : lines(Rows.UNIT)) {
            Rows.UnitRow row = Rows.unit(Rows.fields(name, line));
            units.put(row.knowledge().unit(), row);
        }
    }

    /**
     * Opens an index.
     *
     * @throws FormatException if the file is none
     */
    static IndexFile open(Path file) throws IOException {
        Bytes content = Bytes.map(file);
        if (!content.contains(0, MAGIC.length() + 1L)
                || !content.slice(0, MAGIC.length()).text().equals(MAGIC)) {
            throw new FormatException(file.toString(), "", 0, MAGIC.strip(), "something else");
        }
        return new IndexFile(file.toString(), content);
    }

    /** Writes rows; the file appears whole or not at all. */
    static void write(Path file, Collection<String> rows) throws IOException {
        List<byte[]> sorted = new ArrayList<>(rows.size());
        for (String row : rows) {
            sorted.add((row + "\n").getBytes(StandardCharsets.UTF_8));
        }
        sorted.sort(Arrays::compareUnsigned);
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Files.createDirectories(folder);
        Path aside = Files.createTempFile(folder, ".index", ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside))) {
                out.write((MAGIC + "\n").getBytes(StandardCharsets.UTF_8));
                for (byte[] row : sorted) {
                    out.write(row);
                }
            }
            Files.move(
                    aside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** Units with the state of their files. */
    Map<String, Rows.UnitRow> units() {
        return units;
    }

    /** All functions. */
    List<Function> functions() {
        return parsed().filter(Rows::isFunction).map(Rows::function).toList();
    }

    /** All facts. */
    List<Fact> facts() {
        return parsed().filter(Rows::isFact).map(Rows::fact).toList();
    }

    private Stream<List<String>> parsed() {
        return rows().stream().map(line -> Rows.fields(name, line));
    }

    /** All rows but those of units. */
    List<String> rows() {
        List<String> all = new ArrayList<>();
        for (String line : content.text().split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("\t") && !line.startsWith(Rows.UNIT + "\t")) {
                all.add(line);
            }
        }
        return all;
    }

    @Override
    public List<Function> functions(String base) {
        return lines(base).stream()
                .map(line -> Rows.fields(name, line))
                .filter(Rows::isFunction)
                .map(Rows::function)
                .toList();
    }

    @Override
    public List<Fact> facts(String base) {
        return lines(base).stream()
                .map(line -> Rows.fields(name, line))
                .filter(Rows::isFact)
                .map(Rows::fact)
                .toList();
    }

    @Override
    public Knowledge knowledge(String unit) {
        return Objects.requireNonNull(units.get(unit), unit).knowledge();
    }

    /** The lines whose first field is the key. */
    private List<String> lines(String key) {
        byte[] prefix = (key + "\t").getBytes(StandardCharsets.UTF_8);
        long low = 0;
        long high = content.size();
        while (low < high) {
            long middle = (low + high) >>> 1;
            long start = lineStart(middle);
            if (compare(start, prefix) < 0) {
                low = lineEnd(middle);
            } else {
                high = start;
            }
        }
        List<String> found = new ArrayList<>();
        for (long at = low; at < content.size() && compare(at, prefix) == 0; at = lineEnd(at)) {
            byte[] line = content.slice(at, lineEnd(at) - at - 1).toArray();
            found.add(new String(line, StandardCharsets.UTF_8));
        }
        return found;
    }

    private long lineStart(long at) {
        long start = at;
        while (start > 0 && content.u8(start - 1) != '\n') {
            start--;
        }
        return start;
    }

    private long lineEnd(long at) {
        long end = content.indexOf('\n', at);
        return end < 0 ? content.size() : end + 1;
    }

    /** The line's first bytes against the prefix; 0 if the line begins with it. */
    private int compare(long start, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (start + i >= content.size()) {
                return -1;
            }
            int difference = content.u8(start + i) - (prefix[i] & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }
}
