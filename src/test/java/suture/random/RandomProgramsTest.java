package suture.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random programs, patched live, compute what their patched sources say.
 *
 * <p>A longer run: {@code -Dsuture.programs=2000 -Dsuture.minutes=60 -Dsuture.seed=1}. A single
 * program again: {@code -Dsuture.seed=S -Dsuture.programs=1}. What diverges is reduced to the
 * fewest changed places and kept in the folder that the failure names.
 */
class RandomProgramsTest {
    private static final long SEED = Long.getLong("suture.seed", 1);
    private static final long PROGRAMS = Long.getLong("suture.programs", 36);
    private static final long MINUTES = Long.getLong("suture.minutes", 60);
    private static final int WORKERS = Integer.getInteger("suture.workers", 2);

    private static final List<Trial.Compiler> COMPILERS =
            List.of(
                    new Trial.Compiler("gcc-12", "-pie", List.of("-O2", "-fPIE")),
                    new Trial.Compiler("gcc-12", "-pie", List.of("-O1", "-fPIE")),
                    new Trial.Compiler("gcc-12", "-pie", List.of("-O3", "-fPIE")),
                    new Trial.Compiler("gcc-12", "-pie", List.of("-Os", "-fPIE")),
                    new Trial.Compiler("gcc-12", "-no-pie", List.of("-O2", "-fno-pie")),
                    new Trial.Compiler("gcc-11", "-pie", List.of("-O2", "-fPIE")),
                    new Trial.Compiler("clang-14", "-pie", List.of("-O2", "-fPIE")),
                    new Trial.Compiler("clang-16", "-pie", List.of("-O2", "-fPIE")),
                    new Trial.Compiler("clang-19", "-pie", List.of("-O1", "-fPIE")));

    @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
    Path directory;

    private final AtomicLong next = new AtomicLong(SEED);
    private final Map<String, Integer> table = new TreeMap<>();
    private final List<String> diverged = new ArrayList<>();
    private final Instant end = Instant.now().plusSeconds(60 * MINUTES);

    @Test
    void computeWhatThePatchedSourceSays() throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            Thread worker = new Thread(this::work, "programs-" + i);
            worker.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        StringBuilder text = new StringBuilder("seeds " + SEED + " to " + (next.get() - 1));
        table.forEach((kind, count) -> text.append("\n%6d  %s".formatted(count, kind)));
        System.out.println(text);
        assertThat(failures).isEmpty();
        assertThat(diverged).as(text.toString()).isEmpty();
        assertThat(table.getOrDefault("same", 0)).as(text.toString()).isPositive();
    }

    private void work() {
        for (long seed = next.getAndIncrement();
                seed < SEED + PROGRAMS && Instant.now().isBefore(end);
                seed = next.getAndIncrement()) {
            try {
                one(seed);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError("seed " + seed, e);
            } catch (RuntimeException | AssertionError e) {
                // Whatever it is, the seed is what it takes to see it again.
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private void one(long seed) throws IOException, InterruptedException {
        Path work = Files.createDirectories(directory.resolve("seed-" + seed));
        boolean pointers = seed % 3 == 0;
        Trial.Compiler compiler = COMPILERS.get((int) (seed % COMPILERS.size()));
        Trial trial = new Trial(work, compiler, pointers);
        List<Piece> pieces = Mutator.mutate(Csmith.generate(work, seed, pointers), seed);
        Trial.Outcome outcome = trial.run(pieces);
        if (outcome.diverges()) {
            outcome = Divergence.judge(trial, pieces, outcome, seed);
        }
        synchronized (table) {
            table.merge(outcome.kind(), 1, Integer::sum);
            if (outcome.diverges()) {
                diverged.add("seed " + seed + ", " + compiler + ": " + outcome.detail());
            }
        }
        if (Boolean.getBoolean("suture.verbose")) {
            System.out.println(
                    seed + " " + compiler + ": " + outcome.kind() + " " + outcome.detail());
        }
        Trial.delete(work);
    }
}
