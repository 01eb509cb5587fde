package suture.build.process;

import suture.build.PatchHeaders;
import suture.bytes.Bytes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/** A private copy of a source tree, made of links; the tree itself is never written to. */
final class SourceMirror implements AutoCloseable {
    private static final Set<String> LEFT_OUT = Set.of(".git", ".hg", ".svn");

    private final Path source;
    private final Path work;
    private final Path tree;

    private SourceMirror(Path source, Path work) {
        this.source = source;
        this.work = work;
        this.tree = work.resolve("source");
    }

    static SourceMirror of(Path source) throws IOException {
        Path real = source.toRealPath();
        SourceMirror mirror =
                new SourceMirror(real, Files.createTempDirectory("suture-build").toRealPath());
        try {
            mirror.link();
            return mirror;
        } catch (IOException e) {
            mirror.close();
            throw e;
        }
    }

    private void link() throws IOException {
        Files.walkFileTree(
                source,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
                            throws IOException {
                        if (LEFT_OUT.contains(String.valueOf(dir.getFileName()))) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Files.createDirectories(tree.resolve(source.relativize(dir)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        Files.createSymbolicLink(tree.resolve(source.relativize(file)), file);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** The user's tree. */
    Path source() {
        return source;
    }

    /** The private tree. */
    Path tree() {
        return tree;
    }

    /** A place for an object. */
    Path object(int unit, String kind) {
        return work.resolve(unit + "." + kind + ".o");
    }

    /** Where the headers for patches are. */
    Path headers() throws IOException {
        return PatchHeaders.write(work.resolve("headers"));
    }

    /** Gives a file of the private tree another content. */
    void put(String path, Bytes content) throws IOException {
        Path file = tree.resolve(path);
        Files.deleteIfExists(file);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, content.toArray());
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(work)) {
            all.sorted(Comparator.reverseOrder())
                    .forEach(path -> {
                        try {
                            Files.delete(path);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }
}
