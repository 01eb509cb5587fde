package suture.exec;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A value that is worked out while something else goes on. What goes wrong on the way is thrown
 * where the value is asked for, and nowhere if it is not: work that turns out to be needless cannot
 * fail.
 *
 * @param <T> the value
 */
public final class Ahead<T> {
    private final FutureTask<T> task;

    private Ahead(Callable<T> work) {
        this.task = new FutureTask<>(work);
    }

    /** Work that may read files. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Begins at once, on a thread of its own, which does not keep the program from ending. */
    public static <T> Ahead<T> of(String name, Work<T> work) {
        Ahead<T> ahead = new Ahead<>(work::run);
        Thread.ofPlatform().daemon().name(name).start(ahead.task);
        return ahead;
    }

    /**
     * The value, as soon as it is there.
     *
     * @throws IOException if the work threw it; so with what is unchecked
     */
    public T get() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
