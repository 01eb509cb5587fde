package suture.cli;

import picocli.CommandLine.Option;

import suture.finding.Finding;
import suture.report.TextReport;

import java.time.Duration;
import java.util.List;

/** What the commands on a running process have in common. */
final class ProcessOptions {
    @Option(
            names = "--pid",
            required = true,
            paramLabel = "PID",
            description = "the running process")
    private int pid;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "how long to try while a thread is in the code (${DEFAULT-VALUE})")
    private double seconds;

    int pid() {
        return pid;
    }

    Duration timeout() {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    /** Says what was done, or why not. */
    int report(List<Finding> findings, String done) {
        if (findings.isEmpty()) {
            System.out.println(done);
            return ExitStatus.DONE.code();
        }
        StringBuilder text = new StringBuilder();
        TextReport.findings(text, findings);
        System.err.print(text);
        return ExitStatus.REFUSED.code();
    }
}
