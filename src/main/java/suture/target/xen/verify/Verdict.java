package suture.target.xen.verify;

import suture.finding.Finding;

import java.util.List;

/**
 * What an action would come to.
 *
 * @param reply what the hypervisor does
 * @param findings why, and what it should not have let through
 */
public record Verdict(Reply reply, List<Finding> findings) {
    public Verdict {
        findings = List.copyOf(findings);
    }

    /** Whether it should be done. */
    public boolean accepted() {
        return reply instanceof Reply.Done && findings.stream().noneMatch(Finding::refuses);
    }
}
