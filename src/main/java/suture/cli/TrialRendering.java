package suture.cli;

import suture.finding.Finding;
import suture.report.JsonReport;
import suture.trial.Refusal;
import suture.trial.Step;
import suture.trial.TrialReport;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A trial's report as text and as a document. */
final class TrialRendering {
    private static final int SHOWN = 12;

    private TrialRendering() {}

    static String text(TrialReport report, boolean console) {
        StringBuilder text = new StringBuilder();
        line(text, "%-32s %8s %8s".formatted("step", "host s", "guest s"));
        for (Step step : report.steps()) {
            line(
                    text,
                    "%-32s %8s %8s  %s"
                            .formatted(
                                    step.title(),
                                    seconds(step.hostSeconds()),
                                    seconds(step.seconds()),
                                    state(step)));
            if (step.name().equals("exercise") || step.status() != 0) {
                shown(text, step.output());
            }
        }
        for (Refusal refusal : report.refusals()) {
            line(text, "kernel refuses %s: %s".formatted(refusal.payload(), refusal.errno()));
            shown(text, refusal.log());
        }
        for (Finding finding : report.findings()) {
            String severity = finding.severity().name().toLowerCase(Locale.ROOT);
            line(text, "%s: %s: %s".formatted(severity, finding.place(), finding.message()));
            if (!finding.remedy().isEmpty()) {
                line(text, "    %s".formatted(finding.remedy()));
            }
        }
        if (console) {
            text.append("console:\n");
            report.console().forEach(l -> line(text, "    %s".formatted(l)));
        }
        line(
                text,
                "%s on %s in %.1f s"
                        .formatted(
                                outcome(report),
                                report.release().isEmpty()
                                        ? "a kernel that never came up"
                                        : report.release(),
                                report.seconds()));
        return text.toString().stripTrailing();
    }

    private static String outcome(TrialReport report) {
        return report.outcome().name().toLowerCase(Locale.ROOT);
    }

    private static String state(Step step) {
        if (step.open()) {
            return "did not end";
        }
        return switch (step.status()) {
            case 0 -> "ok";
            case Step.TOOK_TOO_LONG -> "took too long";
            default -> "status " + step.status();
        };
    }

    private static String seconds(double value) {
        return value < 0 ? "-" : "%.2f".formatted(value);
    }

    private static void shown(StringBuilder text, List<String> lines) {
        lines.stream().limit(SHOWN).forEach(l -> line(text, "    %s".formatted(l)));
        if (lines.size() > SHOWN) {
            line(text, "    ... %d lines more, all with --json".formatted(lines.size() - SHOWN));
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    static String json(TrialReport report) {
        ObjectNode document = JsonReport.document("trial", outcome(report));
        document.put("release", report.release());
        document.put("ending", report.ending().name().toLowerCase(Locale.ROOT));
        ObjectNode facts = document.putObject("kernel");
        report.facts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue()));
        ArrayNode steps = document.putArray("steps");
        report.steps().forEach(step -> step(steps.addObject(), step));
        ArrayNode refusals = document.putArray("refusals");
        for (Refusal refusal : report.refusals()) {
            ObjectNode node = refusals.addObject();
            node.put("payload", refusal.payload()).put("errno", refusal.errno());
            texts(node, "log", refusal.log());
        }
        JsonReport.findings(document.putArray("findings"), report.findings());
        texts(document, "console", report.console());
        document.putArray("timings")
                .addObject()
                .put("stage", "trial")
                .put("seconds", report.seconds());
        return JsonReport.text(document);
    }

    private static void step(ObjectNode node, Step step) {
        node.put("name", step.name()).put("subject", step.subject());
        node.put("state", state(step)).put("status", step.status());
        node.put("seconds", step.hostSeconds()).put("guestSeconds", step.seconds());
        texts(node, "output", step.output());
        // The boot's log is long and the same for all payloads; a complaint in it is a finding.
        texts(node, "log", step.name().equals("boot") ? List.of() : step.log());
        texts(node, "stuck", step.stuck());
    }

    private static void texts(ObjectNode node, String name, Collection<String> lines) {
        ArrayNode list = node.putArray(name);
        lines.forEach(list::add);
    }
}
