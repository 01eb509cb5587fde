package suture.host;

import suture.finding.Finding;

import java.util.List;

/**
 * How an action ended.
 *
 * @param name the payload's name
 * @param seconds how long it took
 * @param findings what stood in the way; empty if it is done
 */
public record Outcome(String name, double seconds, List<Finding> findings) {
    public Outcome {
        findings = List.copyOf(findings);
    }

    /** Whether it is done. */
    public boolean done() {
        return findings.stream().noneMatch(Finding::refuses);
    }
}
