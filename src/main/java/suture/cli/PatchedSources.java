package suture.cli;

import suture.bytes.Bytes;
import suture.exec.Command;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a source tree's files become by patches; done with {@code patch -p1} on copies of them. */
final class PatchedSources {
    private PatchedSources() {}

    /** New contents by path in the tree. */
    static Map<String, Bytes> of(Path tree, List<Path> patches) throws IOException {
        Path copies = Files.createTempDirectory("suture-patch");
        try {
            Set<String> paths = new LinkedHashSet<>();
            for (Path patch : patches) {
                for (String line : Files.readAllLines(patch)) {
                    if (line.startsWith("+++ ") || line.startsWith("--- ")) {
                        String name = line.substring(4).split("\t", -1)[0].strip();
                        int slash = name.indexOf('/');
                        if (!name.equals("/dev/null") && slash >= 0) {
                            paths.add(name.substring(slash + 1));
                        }
                    }
                }
            }
            for (String path : paths) {
                copy(tree.resolve(path), copies.resolve(path).normalize(), copies);
            }
            for (Path patch : patches) {
                Runner.check(
                        "applying " + patch,
                        Command.of("patch", "-p1", "-s", "-f", "-F0")
                                .in(copies)
                                .from(patch.toAbsolutePath()));
            }
            Map<String, Bytes> changed = new TreeMap<>();
            for (String path : paths) {
                Path file = copies.resolve(path);
                if (Files.exists(file)) {
                    changed.put(path, Bytes.of(Files.readAllBytes(file)));
                }
            }
            return changed;
        } finally {
            delete(copies);
        }
    }

    private static void copy(Path from, Path to, Path root) throws IOException {
        Path parent = to.getParent();
        if (to.startsWith(root) && parent != null && Files.isRegularFile(from)) {
            Files.createDirectories(parent);
            Files.copy(from, to);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
