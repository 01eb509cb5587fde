package suture.report;

import suture.impact.Fact;
import suture.impact.Function;
import suture.impact.Impact;
import suture.impact.Impacted;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** What must be patched together, and why: the answer of {@code suture impact}. */
public record ImpactReport(Impact impact) {
    /** The names alone, one a line: what has code and must be in the patch. */
    public String list() {
        StringBuilder text = new StringBuilder();
        impact.functions().stream()
                .map(Impacted::function)
                .filter(f -> f.form() == Function.Form.PLAIN || f.form() == Function.Form.CLONE)
                .map(Function::name)
                .distinct()
                .forEach(name -> text.append(name).append('\n'));
        return text.toString();
    }

    /** For people: a function a line, the chain to the change below it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Impacted impacted : impact.functions()) {
            Function function = impacted.function();
            text.append(
                    String.format(
                            "%-10s%s%s [%s]%n",
                            verdict(impacted), function.name(), form(function), function.unit()));
            impacted.chain().forEach(step -> text.append("            ").append(step).append('\n'));
        }
        TextReport.findings(text, impact.findings());
        return text.toString();
    }

    private static String verdict(Impacted impacted) {
        return impacted.changed() ? "changed" : "impacted";
    }

    private static String form(Function function) {
        String form =
                switch (function.form()) {
                    case PLAIN -> "";
                    case CLONE -> ", not redirected: its callers are";
                    case PART -> ", travels with its function";
                    case NONE -> ", no code of its own";
                };
        return function.obstacle().isEmpty()
                ? form
                : form + ", cannot be replaced: " + function.obstacle();
    }

    /** The document for scripts. */
    public String json() {
        ObjectNode document = JsonReport.document("impact", impact.outcome());
        ArrayNode functions = document.putArray("functions");
        for (Impacted impacted : impact.functions()) {
            Function function = impacted.function();
            ObjectNode node = functions.addObject();
            node.put("name", function.name()).put("base", function.base());
            node.put("unit", function.unit()).put("declared", function.declared());
            node.put("verdict", verdict(impacted)).put("redirect", function.redirectable());
            node.put("obstacle", function.obstacle());
            reasons(node.putArray("reasons"), impacted.reasons());
            ArrayNode chain = node.putArray("chain");
            impacted.chain().forEach(chain::add);
        }
        JsonReport.findings(document.putArray("findings"), impact.findings());
        return JsonReport.text(document);
    }

    private static void reasons(ArrayNode list, List<Fact> reasons) {
        for (Fact fact : reasons) {
            list.addObject()
                    .put("kind", fact.effect().word())
                    .put("where", fact.where())
                    .put("source", fact.source())
                    .put("via", fact.via().isEmpty() ? fact.from() : fact.via())
                    .put("from", fact.from())
                    .put("detail", fact.detail())
                    .put("evidence", fact.evidence().text());
        }
    }
}
