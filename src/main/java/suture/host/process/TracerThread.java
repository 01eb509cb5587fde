package suture.host.process;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A platform thread for one operation: the kernel ties a tracee to the thread that seized it, and
 * lets go of it when that thread ends.
 */
final class TracerThread {
    /** What the thread does. */
    @FunctionalInterface
    interface Operation<T> {
        T run() throws IOException;
    }

    private TracerThread() {}

    static <T> T call(Operation<T> operation) throws IOException {
        FutureTask<T> task = new FutureTask<>(operation::run);
        Thread thread = Thread.ofPlatform().name("tracer").daemon(true).start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    thread.join();
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException unwrapped(ExecutionException e) {
        return switch (e.getCause()) {
            case IOException io -> io;
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(e.getCause());
        };
    }
}
