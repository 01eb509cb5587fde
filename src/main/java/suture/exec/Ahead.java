package suture.exec;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A value that is worked out while something else goes on. What goes wrong on the way is thrown
 * where the value is asked for, and nowhere if it is not: work that turns out to be needless cannot
 * fail.
 *
 * @param <T> the value
 */
public final class Ahead<T> {
    private final String name;
    private final FutureTask<T> task;
    private final AtomicBoolean begun = new AtomicBoolean();

    private Ahead(String name, Callable<T> work) {
        this.name = name;
        this.task = new FutureTask<>(work);
    }

    /** Work that may read files. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Begins at once, on a thread of its own, which does not keep the program from ending. */
    public static <T> Ahead<T> of(String name, Work<T> work) {
        Ahead<T> ahead = later(name, work);
        ahead.begin();
        return ahead;
    }

    /**
     * Begins when it is told to, so that it takes no processor from what must come first; or when
     * the value is asked for.
     */
    public static <T> Ahead<T> later(String name, Work<T> work) {
        return new Ahead<>(name, work::run);
    }

    /** Begins, on a thread of its own, unless it has begun. */
    public void begin() {
        if (begun.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name(name).start(task);
        }
    }

    /** A value that is there already. */
    public static <T> Ahead<T> known(T value) {
        return new Ahead<>("known", () -> value);
    }

    /** Waits until it is over if it has begun; what went wrong is nobody's concern any more. */
    public void settle() {
        if (begun.get()) {
            try {
                task.get();
            } catch (ExecutionException _) {
                // Whoever wanted the value has been told.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * The value, as soon as it is there.
     *
     * @throws IOException if the work threw it; so with what is unchecked
     */
    public T get() throws IOException {
        if (begun.compareAndSet(false, true)) {
            task.run();
        }
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
