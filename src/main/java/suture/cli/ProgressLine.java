package suture.cli;

import suture.exec.Progress;

import java.io.Console;
import java.util.Optional;

/** One line on the terminal that says what is being done and how much is left. */
final class ProgressLine implements Progress {
    private static final long INTERVAL = 100_000_000;

    private String what = "";
    private long total;
    private long done;
    private long shown;

    private ProgressLine() {}

    /** A line on standard error, or nothing where no terminal reads it. */
    static Progress onTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                ? new ProgressLine()
                : Progress.SILENT;
    }

    @Override
    public synchronized void begin(String what, long total) {
        this.what = what;
        this.total = total;
        this.done = 0;
        this.shown = 0;
        show();
    }

    @Override
    public synchronized void advance(long amount) {
        done += amount;
        show();
    }

    private void show() {
        long now = System.nanoTime();
        boolean last = total > 0 && done >= total;
        if (!last && shown != 0 && now - shown < INTERVAL) {
            return;
        }
        shown = now;
        String share = total > 0 ? " " + 100 * done / total + " %" : "";
        System.err.print("\r\u001b[K" + what + share + (last ? "\r\u001b[K" : ""));
        System.err.flush();
    }
}
