package suture.cli;

import java.util.ArrayList;
import java.util.List;

/** How long each stage of a command took. */
final class Stopwatch {
    /**
     * One stage.
     *
     * @param stage its name
     * @param seconds its wall time
     */
    record Timing(String stage, double seconds) {}

    private final List<Timing> timings = new ArrayList<>();
    private long last = System.nanoTime();

    /** The stage that has just ended. */
    void lap(String stage) {
        long now = System.nanoTime();
        timings.add(new Timing(stage, (now - last) / 1e9));
        last = now;
    }

    List<Timing> timings() {
        return List.copyOf(timings);
    }
}
