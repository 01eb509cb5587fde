package suture.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a compiler says it read: a make rule, {@code TARGET: FILE FILE \ newline FILE}. */
public final class DependencyFile {
    private DependencyFile() {}

    /**
     * The files of a rule in a file.
     *
     * @param directory what relative names are relative to
     */
    public static Set<Path> read(Path file, Path directory) throws IOException {
        return parse(Files.readString(file), directory);
    }

    /** The files of a rule. */
    public static Set<Path> parse(String rule, Path directory) {
        Set<Path> files = new LinkedHashSet<>();
        int at = rule.indexOf(": ");
        StringBuilder name = new StringBuilder();
        for (int i = at < 0 ? rule.length() : at + 2; i <= rule.length(); i++) {
            char c = i < rule.length() ? rule.charAt(i) : '\n';
            char next = i + 1 < rule.length() ? rule.charAt(i + 1) : '\n';
            if (c == '\\' && (next == ' ' || next == '#' || next == '\\')) {
                name.append(next);
                i++;
            } else if (c == '$' && next == '$') {
                name.append('$');
                i++;
            } else if (c == ' ' || c == '\n' || c == '\t' || (c == '\\' && next == '\n')) {
                if (!name.isEmpty()) {
                    files.add(directory.resolve(name.toString()));
                    name.setLength(0);
                }
            } else {
                name.append(c);
            }
        }
        return files;
    }
}
