package suture.report;

import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Reason;
import suture.diff.Verdict;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/**
 * What must be patched together by an object pair: the answer of {@code suture impact --patched}.
 *
 * @param unit the original object
 * @param names the functions that the user said would change
 * @param diff explained verdicts
 */
public record PairImpactReport(String unit, List<String> names, ObjectDiff diff) {
    private List<FunctionVerdict> travelling() {
        return diff.functions().stream().filter(v -> v.verdict().travels()).toList();
    }

    /** The names alone, one a line: running functions and new ones. */
    public String list() {
        StringBuilder text = new StringBuilder();
        travelling().forEach(v -> text.append(v.name()).append('\n'));
        return text.toString();
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (FunctionVerdict verdict : travelling()) {
            text.append(String.format("%-10s%s%s%n", word(verdict), verdict.name(), how(verdict)));
            steps(verdict).forEach(r -> text.append("            ").append(r.where()).append('\n'));
        }
        TextReport.findings(text, diff.findings());
        return text.toString();
    }

    private static List<Reason> steps(FunctionVerdict verdict) {
        return verdict.reasons().stream()
                .filter(r -> r.original().isEmpty() && r.patched().isEmpty())
                .toList();
    }

    /** Changed are those that were named; what differs besides is impacted. */
    private String word(FunctionVerdict verdict) {
        boolean named = names.contains(verdict.base());
        return verdict.verdict() == Verdict.NEW
                ? "new"
                : named && verdict.verdict() == Verdict.CHANGED ? "changed" : "impacted";
    }

    private static String how(FunctionVerdict verdict) {
        return verdict.redirect() || verdict.verdict() == Verdict.NEW ? "" : ", not redirected";
    }

    /** The document for scripts. */
    public String json() {
        ObjectNode document = JsonReport.document("impact", diff.outcome());
        ArrayNode functions = document.putArray("functions");
        for (FunctionVerdict verdict : travelling()) {
            ObjectNode node = functions.addObject();
            node.put("name", verdict.name()).put("base", verdict.base()).put("unit", unit);
            node.put("verdict", word(verdict)).put("redirect", verdict.redirect());
            JsonReport.reasons(node.putArray("reasons"), verdict.reasons());
            ArrayNode chain = node.putArray("chain");
            steps(verdict).forEach(r -> chain.add(r.where()));
        }
        JsonReport.findings(document.putArray("findings"), diff.findings());
        return JsonReport.text(document);
    }
}
