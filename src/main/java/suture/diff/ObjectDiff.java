package suture.diff;

import suture.finding.Finding;
import suture.graph.ObjectGraph;
import suture.match.Correlation;

import java.util.List;

/**
 * All verdicts on a pair of objects.
 *
 * @param original the original object
 * @param patched the patched object
 * @param correlation the twins
 * @param functions in order of the patched object, removed ones last
 * @param data likewise
 * @param findings what must be said; those of severity error refuse
 */
public record ObjectDiff(
        ObjectGraph original,
        ObjectGraph patched,
        Correlation correlation,
        List<FunctionVerdict> functions,
        List<DataVerdict> data,
        List<Finding> findings) {
    /** {@code refused}, {@code changed} or {@code unchanged}. */
    public String outcome() {
        if (findings.stream().anyMatch(Finding::refuses)) {
            return "refused";
        }
        return functions.stream().anyMatch(f -> f.verdict().travels()) ? "changed" : "unchanged";
    }
}
