package suture.report;

import org.jspecify.annotations.Nullable;

import suture.diff.DataVerdict;
import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Reason;
import suture.diff.Verdict;
import suture.finding.Finding;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report for people. */
public final class TextReport {
    private TextReport() {}

    /** The text of several pairs, one after the other. */
    public static String diff(List<PairReport> pairs, boolean all) {
        return pairs.stream().map(pair -> diff(pair, all)).collect(Collectors.joining());
    }

    /** The text of one pair; {@code all} lists unchanged functions and data too. */
    public static String diff(PairReport pair, boolean all) {
        StringBuilder text = new StringBuilder();
        text.append(pair.original())
                .append(" -> ")
                .append(pair.patched())
                .append(": ")
                .append(pair.outcome());
        text.append('\n');
        pair(text, pair, all);
        return text.toString();
    }

    private static void pair(StringBuilder text, PairReport pair, boolean all) {
        @Nullable ObjectDiff diff = pair.diff();
        if (diff != null) {
            for (FunctionVerdict verdict : diff.functions()) {
                if (all || verdict.verdict() != Verdict.UNCHANGED) {
                    String redirect = verdict.redirect() ? ", redirected" : "";
                    line(
                            text,
                            verdict.verdict().word(),
                            verdict.name() + redirect,
                            verdict.reasons());
                }
            }
            for (DataVerdict verdict : diff.data()) {
                if (all || verdict.verdict() != Verdict.UNCHANGED) {
                    line(
                            text,
                            verdict.verdict().word(),
                            verdict.name() + " (data)",
                            verdict.reasons());
                }
            }
        }
        findings(text, pair.findings());
    }

    private static void line(
            StringBuilder text, String verdict, String what, List<Reason> reasons) {
        text.append(String.format("  %-10s%s%n", verdict, what));
        for (Reason reason : reasons) {
            if (reason.original().isEmpty() && reason.patched().isEmpty()) {
                text.append("              because ").append(reason.where()).append('\n');
                continue;
            }
            String source = reason.source().isEmpty() ? "" : " [" + reason.source() + "]";
            text.append(
                    String.format(
                            "              %s at %s: %s -> %s%s%n",
                            reason.kind(),
                            reason.where(),
                            reason.original(),
                            reason.patched(),
                            source));
        }
    }

    /** The same as text. */
    public static String findings(List<Finding> findings) {
        StringBuilder text = new StringBuilder();
        findings(text, findings);
        return text.toString();
    }

    /** One line for each finding, and one for its remedy. */
    public static void findings(StringBuilder text, List<Finding> findings) {
        for (Finding finding : findings) {
            text.append("  ")
                    .append(finding.severity().name().toLowerCase(Locale.ROOT))
                    .append(": ");
            text.append(finding.subject()).append(": ").append(finding.message());
            text.append(" [").append(finding.rule());
            text.append(finding.place().isEmpty() ? "" : ", " + finding.place()).append("]\n");
            if (!finding.remedy().isEmpty()) {
                text.append("    to do: ").append(finding.remedy()).append('\n');
            }
        }
    }
}
