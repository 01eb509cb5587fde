package suture.plan;

import suture.finding.Finding;

import java.util.List;

/**
 * The whole payload, before a target gives it its form.
 *
 * @param units one for each translation unit that contributes something, in the order of the input
 * @param findings all findings; no payload may be made if one of them refuses
 */
public record PatchPlan(List<UnitPlan> units, List<Finding> findings) {
    /** Whether a finding forbids the payload. */
    public boolean refused() {
        return findings.stream().anyMatch(Finding::refuses);
    }
}
