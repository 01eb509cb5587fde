package suture.build;

import suture.build.SourceChanges.Change;
import suture.bytes.Bytes;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A source tree as a patch makes it, without touching the tree: directories full of symbolic links
 * in which only the changed files are real.
 *
 * <p>A <i>sparse</i> view has real directories only on the way to a changed file; everything beside
 * that way is one link. It takes milliseconds, but {@code dir/../x.h} leaves it where {@code dir}
 * is a link, and then finds the original {@code x.h}. {@link #leaks} sees that in what the compiler
 * says it read. A <i>full</i> view has a real directory for each one of the tree and no such gap;
 * it is also needed where files appear or vanish, for what is not read leaves no trace.
 */
public final class SourceView {
    private final Path source;
    private final Path root;
    private final SourceChanges changes;
    private final Set<Path> opened = new HashSet<>();

    private SourceView(Path source, Path root, SourceChanges changes) {
        this.source = source;
        this.root = root;
        this.changes = changes;
    }

    /** Whether a sparse view can show these changes. */
    public static boolean mayBeSparse(Path source, SourceChanges changes) {
        return changes.files().entrySet().stream()
                .allMatch(file ->
                        file.getValue() instanceof Change.Content
                                && Files.isRegularFile(source.resolve(file.getKey())));
    }

    /**
     * Makes a sparse view.
     *
     * @param source the tree, as a real path
     * @param root where the view is made; must not exist
     */
    public static SourceView sparse(Path source, Path root, SourceChanges changes)
            throws IOException {
        SourceView view = new SourceView(source, root, changes);
        Files.createDirectories(root.toAbsolutePath().getParent());
        view.open(Path.of(""));
        view.apply();
        return view;
    }

    /** Makes a full view. */
    public static SourceView full(Path source, Path root, SourceChanges changes)
            throws IOException {
        SourceView view = new SourceView(source, root, changes);
        Files.walkFileTree(
                source,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
                            throws IOException {
                        if (dir.equals(root)) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Files.createDirectories(root.resolve(source.relativize(dir)));
                        view.opened.add(source.relativize(dir));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        Files.createSymbolicLink(root.resolve(source.relativize(file)), file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        view.apply();
        return view;
    }

    /** Its top directory. */
    public Path root() {
        return root;
    }

    /** What it shows differently. */
    public SourceChanges changes() {
        return changes;
    }

    /** An argument of a command on the tree, made one on the view. */
    public String rewrite(String argument) {
        return rewrite(argument, source.toString(), root.toString());
    }

    static String rewrite(String argument, String from, String to) {
        int at = argument.indexOf(from);
        if (at < 0) {
            return argument;
        }
        StringBuilder result = new StringBuilder();
        int done = 0;
        while (at >= 0) {
            int end = at + from.length();
            boolean whole = end == argument.length() || "/=:".indexOf(argument.charAt(end)) >= 0;
            result.append(argument, done, at).append(whole ? to : from);
            done = end;
            at = argument.indexOf(from, end);
        }
        return result.append(argument, done, argument.length()).toString();
    }

    /**
     * The changed files whose original the compiler read all the same.
     *
     * @param read the files it says it read
     */
    public List<String> leaks(Set<Path> read) throws IOException {
        Set<String> leaks = new HashSet<>();
        for (Path file : read) {
            Path real = file.toRealPath();
            if (real.startsWith(source)) {
                String name = source.relativize(real).toString();
                if (changes.files().containsKey(name)) {
                    leaks.add(name);
                }
            }
        }
        return leaks.stream().sorted().toList();
    }

    private void apply() throws IOException {
        for (var file : changes.files().entrySet()) {
            Path path = Path.of(file.getKey());
            open(parent(path));
            Path here = root.resolve(path);
            Files.deleteIfExists(here);
            if (file.getValue() instanceof Change.Content(Bytes content)) {
                Files.write(here, content.toArray());
            }
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** Makes a directory of the view real, and all above it. */
    private void open(Path directory) throws IOException {
        if (!opened.add(directory)) {
            return;
        }
        if (!directory.toString().isEmpty()) {
            open(parent(directory));
        }
        Path here = root.resolve(directory);
        Files.deleteIfExists(here);
        Files.createDirectory(here);
        Path original = source.resolve(directory);
        if (Files.isDirectory(original)) {
            try (Stream<Path> entries = Files.list(original)) {
                for (Path entry : entries.toList()) {
                    Files.createSymbolicLink(here.resolve(entry.getFileName()), entry);
                }
            }
        }
    }
}
