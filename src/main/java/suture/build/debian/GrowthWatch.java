package suture.build.debian;

import suture.exec.Progress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Tells how far a download is that another program writes into a directory. */
final class GrowthWatch implements AutoCloseable {
    private static final long PAUSE = 200;

    private final Path directory;
    private final long total;
    private final Progress progress;
    private final Thread thread;
    private long told;

    GrowthWatch(Path directory, long total, Progress progress) {
        this.directory = directory;
        this.total = total;
        this.progress = progress;
        this.thread = Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
        try {
            while (told < total) {
                Thread.sleep(PAUSE);
                tell(size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(long size) {
        if (size > told) {
            progress.advance(size - told);
            told = size;
        }
    }

    private long size() {
        long size = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                size += Files.size(file);
            }
        } catch (IOException | UncheckedIOException e) {
            return told; // it is being renamed; the next look tells
        }
        return Math.min(size, total);
    }

    /** The download is over. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tell(total);
    }
}
