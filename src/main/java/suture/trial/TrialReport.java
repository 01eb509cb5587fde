package suture.trial;

import suture.finding.Finding;

import java.util.List;
import java.util.Map;

/**
 * What a trial showed.
 *
 * @param outcome the short answer
 * @param release the release of the kernel that ran, as it says itself; empty if it never said
 * @param steps the steps that were done, in order
 * @param refusals the kernel's refusals, expected or not
 * @param findings what is wrong, or worth knowing
 * @param facts what the guest said about its kernel
 * @param ending how the guest ended
 * @param console the kernel's console
 * @param seconds seconds of the host in all
 */
public record TrialReport(
        Outcome outcome,
        String release,
        List<Step> steps,
        List<Refusal> refusals,
        List<Finding> findings,
        Map<String, String> facts,
        Ending ending,
        List<String> console,
        double seconds) {

    /** The short answer. */
    public enum Outcome {
        /** What was expected happened, and nothing else. */
        PASSED,
        /** The kernel refuses the payload, which was not expected. */
        REFUSED,
        /** Something else went wrong. */
        FAILED
    }

    public TrialReport {
        steps = List.copyOf(steps);
        refusals = List.copyOf(refusals);
        findings = List.copyOf(findings);
        console = List.copyOf(console);
    }
}
