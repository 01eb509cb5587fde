package suture.report;

import suture.finding.Finding;
import suture.impact.Audit;
import suture.impact.FlagTrial;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How patchable a build is: the answer of {@code suture audit}.
 *
 * @param build its folder
 * @param audit the counts
 * @param trials what options would change; empty if no sample was compiled
 * @param findings what could not be read
 * @param most how many hot spots and breaches texts list; documents list all
 */
public record AuditReport(
        String build, Audit audit, List<FlagTrial.Row> trials, List<Finding> findings, int most) {
    private static final List<String> COUNT = List.of("What", "Number");

    private record Table(String heading, List<String> columns, List<List<String>> rows) {}

    private String summary() {
        return audit.patchable()
                + " of "
                + audit.functions()
                + " functions in "
                + audit.units()
                + " units can be patched by themselves. The promise that the calling convention of"
                + " every function is preserved: "
                + audit.promise()
                + ".";
    }

    private List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        tables.add(new Table("Cannot be patched by themselves", COUNT, rows(audit.obstacles())));
        tables.add(new Table("What the compiler did", COUNT, rows(audit.effects())));
        tables.add(new Table("Compilers", COUNT, rows(audit.compilers())));
        tables.add(
                new Table(
                        "Hot spots: a change here brings in most functions",
                        List.of("Function", "Declared", "Functions", "Units"),
                        audit.hot().stream()
                                .limit(most)
                                .map(h ->
                                        List.of(
                                                h.name(),
                                                h.declared(),
                                                "" + h.functions(),
                                                "" + h.units()))
                                .toList()));
        tables.add(
                new Table(
                        "Beyond the calling convention (" + audit.breaches().size() + ")",
                        List.of("Unit", "Function", "How"),
                        audit.breaches().stream()
                                .limit(most)
                                .map(b -> List.of(b.unit(), b.function(), b.how()))
                                .toList()));
        tables.add(
                new Table(
                        "Options, measured by compiling a sample",
                        List.of("Options", "Units", "Code bytes", "Cost", "Still there"),
                        trials.stream().map(AuditReport::trial).toList()));
        return tables;
    }

    private static List<List<String>> rows(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(e ->
                        List.of(e.getKey().isEmpty() ? "not said" : e.getKey(), "" + e.getValue()))
                .toList();
    }

    private static List<String> trial(FlagTrial.Row row) {
        String units = row.units() + (row.failed() == 0 ? "" : ", " + row.failed() + " failed");
        return List.of(
                row.options().isEmpty() ? "as it is" : String.join(" ", row.options()),
                units,
                "" + row.text(),
                row.base() == 0 ? "" : percent(row),
                row.effects()
                        + (row.hidden().isEmpty() ? "" : "; may be there unseen: " + row.hidden()));
    }

    private static String percent(FlagTrial.Row row) {
        double share = 100.0 * (row.text() - row.base()) / row.base();
        return String.format(Locale.ROOT, "%+.2f %%", share);
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder(summary()).append('\n');
        for (Table table : tables()) {
            if (!table.rows().isEmpty()) {
                text.append('\n').append(table.heading()).append('\n');
                table.rows()
                        .forEach(r -> text.append("  ").append(String.join("  ", r)).append('\n'));
            }
        }
        TextReport.findings(text, findings);
        return text.toString();
    }

    /** As a page. */
    public String html() {
        Page page = new Page("suture audit " + build, summary());
        tables().forEach(t -> page.table(t.heading(), t.columns(), t.rows()));
        return page.findings(findings).html();
    }

    /** The document for scripts. */
    public String json() {
        ObjectNode document = JsonReport.document("audit", "done");
        document.put("build", build).put("units", audit.units());
        document.put("functions", audit.functions()).put("patchable", audit.patchable());
        document.put("promise", audit.promise()).put("unprovenUnits", audit.unproven());
        counts(document.putObject("obstacles"), audit.obstacles());
        counts(document.putObject("effects"), audit.effects());
        counts(document.putObject("compilers"), audit.compilers());
        ArrayNode hot = document.putArray("hotSpots");
        audit.hot().stream()
                .limit(Math.max(most, 1000))
                .forEach(h ->
                        hot.addObject()
                                .put("name", h.name())
                                .put("declared", h.declared())
                                .put("functions", h.functions())
                                .put("units", h.units()));
        ArrayNode breaches = document.putArray("breaches");
        audit.breaches()
                .forEach(b ->
                        breaches.addObject()
                                .put("unit", b.unit())
                                .put("function", b.function())
                                .put("how", b.how()));
        ArrayNode list = document.putArray("options");
        for (FlagTrial.Row row : trials) {
            ObjectNode node = list.addObject();
            node.put("options", String.join(" ", row.options())).put("units", row.units());
            node.put("failed", row.failed()).put("text", row.text()).put("base", row.base());
            counts(node.putObject("effects"), row.effects());
            counts(node.putObject("hidden"), row.hidden());
        }
        JsonReport.findings(document.putArray("findings"), findings);
        return JsonReport.text(document);
    }

    private static void counts(ObjectNode node, Map<String, Integer> counts) {
        counts.forEach(node::put);
    }
}
