package suture.report;

import org.jspecify.annotations.Nullable;

import suture.diff.ObjectDiff;
import suture.finding.Finding;

import java.util.List;

/**
 * The result for one pair of objects.
 *
 * @param original the original object's name as the user gave it
 * @param patched the patched object's name
 * @param diff the verdicts; null if the pair could not be read, {@code findings} says why then
 * @param findings all findings
 */
public record PairReport(
        String original, String patched, @Nullable ObjectDiff diff, List<Finding> findings) {
    /** {@code refused}, {@code changed} or {@code unchanged}. */
    public String outcome() {
        return diff == null ? "refused" : diff.outcome();
    }

    /** The outcome of several pairs: refused if one is, else changed if one is. */
    public static String outcome(List<String> outcomes) {
        return outcomes.contains("refused")
                ? "refused"
                : outcomes.contains("changed") ? "changed" : "unchanged";
    }
}
