package suture.plan;

import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Reason;
import suture.finding.Finding;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How large a payload may become, and what made it larger. */
public final class Threshold {
    private Threshold() {}

    /**
     * Says if more functions travel than allowed, and which changed source puts most of them in.
     *
     * @param diffs explained verdicts
     * @param most how many may travel
     */
    public static Optional<Finding> check(List<ObjectDiff> diffs, int most) {
        long count = 0;
        Map<String, Integer> blame = new TreeMap<>();
        for (ObjectDiff diff : diffs) {
            for (FunctionVerdict verdict : diff.functions()) {
                if (verdict.verdict().travels()) {
                    count++;
                    origin(verdict).ifPresent(o -> blame.merge(o, 1, Integer::sum));
                }
            }
        }
        if (count <= most) {
            return Optional.empty();
        }
        Map.Entry<String, Integer> worst =
                blame.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
        String why =
                worst == null ? "" : "; " + worst.getValue() + " of them lead to " + worst.getKey();
        return Optional.of(
                Finding.error(
                        "too-many-functions",
                        "--max-functions",
                        "",
                        count + " functions would travel, " + most + " may" + why,
                        "change a copy of that function under a new name and call it only where"
                                + " needed, or raise --max-functions"));
    }

    /** The last step of the way, if the function itself is not that one. */
    private static Optional<String> origin(FunctionVerdict verdict) {
        List<Reason> chain =
                verdict.reasons().stream()
                        .filter(r -> r.original().isEmpty() && r.patched().isEmpty())
                        .toList();
        return chain.size() < 2 ? Optional.empty() : Optional.of(chain.getLast().where());
    }
}
