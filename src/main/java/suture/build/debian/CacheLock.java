package suture.build.debian;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps other processes from making the same thing in a cache at the same time. */
public final class CacheLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private CacheLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Waits until nobody else holds the lock of a place. */
    public static CacheLock of(Path place) throws IOException {
        Path file = Path.of(place + ".lock");
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return new CacheLock(channel, channel.lock());
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
