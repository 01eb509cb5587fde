package suture.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Independent jobs on all cores.
 *
 * @param jobs how many run at a time
 */
public record JobPool(int jobs) {
    /** As many jobs as there are cores. */
    public static JobPool ofCores() {
        return new JobPool(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Does a job for each item; the results come in the order of the items. If jobs fail, what the
     * first failing item in that order threw is thrown, and jobs that have not begun do not begin.
     *
     * @param progress advances by one for each job done
     */
    public <T, R> List<R> map(List<T> items, Progress progress, Function<T, R> job) {
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, jobs))) {
            List<Future<R>> futures = new ArrayList<>(items.size());
            for (T item : items) {
                futures.add(
                        threads.submit(() -> {
                            R result = job.apply(item);
                            progress.advance(1);
                            return result;
                        }));
            }
            return collect(threads, futures);
        }
    }

    private static <R> List<R> collect(ExecutorService threads, List<Future<R>> futures) {
        List<R> results = new ArrayList<>(futures.size());
        try {
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            threads.shutdownNow();
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
