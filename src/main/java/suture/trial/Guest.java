package suture.trial;

import suture.exec.Command;
import suture.exec.Progress;
import suture.exec.Result;
import suture.exec.Runner;
import suture.exec.ToolFailure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One emulator from its start to its end, watched through the files its ports write to. */
final class Guest {
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final int LOOK_AGAIN_MILLIS = 20;
    private final Launch launch;
    private final Progress progress;
    private final long started = System.nanoTime();
    private final List<Double> ends = new ArrayList<>();
    private String shown = "";

    private Guest(Launch launch, Progress progress) {
        this.launch = launch;
        this.progress = progress;
    }

    static Run run(Launch launch, Progress progress) throws IOException {
        Runner.require(Emulator.programs());
        Guest guest = new Guest(launch, progress);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Result> emulator = threads.submit(() -> Runner.run(launch.command()));
            return guest.watch(emulator, launch.limit(), launch.command());
        }
    }

    private Run watch(Future<Result> emulator, Duration limit, Command command) throws IOException {
        try {
            boolean late = false;
            boolean over = false;
            while (!emulator.isDone() && !look().complete() && !late && !over) {
                over = launch.language().isLast(text(launch.console()));
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
                late = elapsed() > limit.toSeconds();
            }
            Transcript transcript = look();
            if (!late && !over) {
                end(emulator, command, transcript);
            }
            List<String> lines = text(launch.console()).lines().map(String::stripTrailing).toList();
            Ending ending = ending(transcript, lines, late);
            return new Run(transcript.timed(ends), lines, ending, elapsed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            emulator.cancel(true);
        }
    }

    private Ending ending(Transcript transcript, List<String> console, boolean late) {
        if (transcript.complete()) {
            return Ending.COMPLETE;
        }
        return launch.language().isPanic(console)
                ? Ending.PANIC
                : late ? Ending.DEADLINE : Ending.RESET;
    }

    /** Waits a moment for the emulator; one that failed before the guest spoke is a failed tool. */
    private static void end(Future<Result> emulator, Command command, Transcript transcript)
            throws InterruptedException {
        try {
            Result result = emulator.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            if (!result.succeeded() && transcript.steps().isEmpty()) {
                throw new ToolFailure("booting the trial's kernel", command, result);
            }
        } catch (TimeoutException e) {
            // All steps are done; that the machine does not go away by itself changes nothing.
            return;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        }
    }

    private Transcript look() throws IOException {
        Transcript transcript = launch.language().transcript(text(launch.control()));
        if (!transcript.steps().isEmpty()) {
            Step last = transcript.steps().getLast();
            int ended = transcript.steps().size() - (last.open() ? 1 : 0);
            while (ends.size() < ended) {
                ends.add(elapsed());
            }
            if (last.open() && !last.title().equals(shown)) {
                shown = last.title();
                progress.begin(shown, 0);
            }
        }
        return transcript;
    }

    private double elapsed() {
        return (System.nanoTime() - started) / 1e9;
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                : "";
    }
}
