package suture.report;

import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Reason;
import suture.diff.Verdict;
import suture.finding.Finding;
import suture.impact.Impact;
import suture.impact.Impacted;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Runs as pages. */
public final class HtmlReport {
    private static final List<String> VERDICTS =
            List.of("Function", "Verdict", "Redirected", "Why");

    private HtmlReport() {}

    /** The page of {@code diff} and {@code build}. */
    public static String pairs(
            String title, String outcome, List<PairReport> pairs, List<Finding> findings) {
        Page page = new Page(title, outcome);
        for (PairReport pair : pairs) {
            ObjectDiff diff = pair.diff();
            String heading =
                    pair.original().equals(pair.patched())
                            ? pair.original()
                            : pair.original() + " -> " + pair.patched();
            if (diff != null) {
                page.table(heading, VERDICTS, functions(diff));
                page.table(heading + ": data", List.of("Datum", "Verdict"), data(diff));
            }
        }
        return page.findings(findings).html();
    }

    private static List<List<String>> functions(ObjectDiff diff) {
        return diff.functions().stream()
                .filter(f -> f.verdict() != Verdict.UNCHANGED)
                .map(f ->
                        List.of(f.name(), f.verdict().word(), f.redirect() ? "yes" : "no", why(f)))
                .toList();
    }

    private static String why(FunctionVerdict verdict) {
        return verdict.reasons().stream().map(HtmlReport::line).collect(Collectors.joining("\n"));
    }

    private static String line(Reason reason) {
        if (reason.original().isEmpty() && reason.patched().isEmpty()) {
            return reason.where();
        }
        String source = reason.source().isEmpty() ? "" : " [" + reason.source() + "]";
        return reason.kind()
                + " at "
                + reason.where()
                + ": "
                + reason.original()
                + " -> "
                + reason.patched()
                + source;
    }

    private static List<List<String>> data(ObjectDiff diff) {
        return diff.data().stream()
                .filter(d -> d.verdict() != Verdict.UNCHANGED)
                .map(d -> List.of(d.name(), d.verdict().word()))
                .toList();
    }

    /** The page of {@code impact}. */
    public static String impact(String title, Impact impact) {
        List<List<String>> rows = new ArrayList<>();
        for (Impacted impacted : impact.functions()) {
            rows.add(
                    List.of(
                            impacted.function().name(),
                            impacted.changed() ? "changed" : "impacted",
                            impacted.function().redirectable() ? "yes" : "no",
                            impacted.function().unit()
                                    + "\n"
                                    + String.join("\n", impacted.chain())));
        }
        return new Page(title, impact.outcome())
                .table("What must be patched together", VERDICTS, rows)
                .findings(impact.findings())
                .html();
    }
}
