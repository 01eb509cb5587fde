package suture.build.linux;

import suture.build.SourceChanges;
import suture.build.Unit;
import suture.finding.Finding;

import java.util.List;

/**
 * What has to be compiled for a patch.
 *
 * @param changes the patch
 * @param units the units whose objects may change, and that a live patch can reach
 * @param guards units that read a changed file and that a live patch cannot reach: their code must
 *     come out equal
 * @param findings what is wrong with the patch already
 */
public record BuildPlan(
        SourceChanges changes, List<Unit> units, List<Unit> guards, List<Finding> findings) {
    public BuildPlan {
        units = List.copyOf(units);
        guards = List.copyOf(guards);
        findings = List.copyOf(findings);
    }

    /** Whether there is no way on. */
    public boolean refused() {
        return findings.stream().anyMatch(Finding::refuses);
    }
}
