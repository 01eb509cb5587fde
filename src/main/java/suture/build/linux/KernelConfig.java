package suture.build.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A kernel's configuration: the lines {@code CONFIG_X=value} of a {@code .config}.
 *
 * @param values by name without {@code CONFIG_}; strings keep no quotes
 */
public record KernelConfig(SortedMap<String, String> values) {
    private static final String PREFIX = "CONFIG_";

    public KernelConfig {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Reads a {@code .config}. */
    public static KernelConfig read(Path file) throws IOException {
        TreeMap<String, String> values = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            if (line.startsWith(PREFIX) && equals > 0) {
                String value = line.substring(equals + 1);
                boolean quoted = value.length() > 1 && value.startsWith("\"");
                values.put(
                        line.substring(PREFIX.length(), equals),
                        quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return new KernelConfig(values);
    }

    /** Whether an option is on, built in. */
    public boolean has(String option) {
        return "y".equals(values.get(option));
    }

    /** The value of an option, empty if it is not set. */
    public String value(String option) {
        return values.getOrDefault(option, "");
    }

    /** The options whose values are not the same in both. */
    TreeSet<String> differences(KernelConfig other) {
        TreeSet<String> names = new TreeSet<>(values.keySet());
        names.addAll(other.values.keySet());
        names.removeIf(name -> value(name).equals(other.value(name)));
        return names;
    }
}
