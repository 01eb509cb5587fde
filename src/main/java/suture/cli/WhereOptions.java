package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import suture.finding.Finding;
import suture.host.Outcome;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Where a command on running code acts: on a process, or on the kernel that runs here. */
final class WhereOptions {
    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "the running process; without it, the kernel that runs here is meant")
    private @Nullable Integer pid;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "how long to try while a thread of the process is in the code"
                            + " (${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    /** The process; null if the kernel is meant. */
    @Nullable Integer pid() {
        return pid;
    }

    Duration timeout() {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    boolean json() {
        return json;
    }

    /** Acts on a process and says how it ended; the exit status. */
    int onProcess(String verb, String name, Action action) throws IOException {
        long start = System.nanoTime();
        List<Finding> findings = action.run();
        double took = (System.nanoTime() - start) / 1e9;
        return onKernel(verb, new Outcome(name, took, findings));
    }

    /** Says how an action on the kernel ended; the exit status. */
    int onKernel(String verb, Outcome outcome) {
        return Hosts.report(verb, outcome, json);
    }

    /** Something done to a process; the findings say why it was not. */
    @FunctionalInterface
    interface Action {
        List<Finding> run() throws IOException;
    }
}
