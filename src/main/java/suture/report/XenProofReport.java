package suture.report;

import suture.finding.Finding;
import suture.target.xen.verify.ReplacedFunction;
import suture.target.xen.verify.RunningXen;
import suture.target.xen.verify.Verdict;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** What {@code suture verify} says about a Xen live patch. */
public final class XenProofReport {
    private final String payload;
    private final RunningXen xen;
    private final List<Stage> stages;
    private final List<ReplacedFunction> functions;

    /** What the hypervisor would say to an action. */
    public record Stage(String action, Verdict verdict) {}

    /**
     * @param payload the file
     * @param xen what it was checked against
     * @param stages the actions up to the first that is not done
     * @param functions what it replaces
     */
    public XenProofReport(
            String payload, RunningXen xen, List<Stage> stages, List<ReplacedFunction> functions) {
        this.payload = payload;
        this.xen = xen;
        this.stages = List.copyOf(stages);
        this.functions = List.copyOf(functions);
    }

    /** {@code accepted} or {@code refused}. */
    public String outcome() {
        boolean all = stages.stream().allMatch(stage -> stage.verdict().accepted());
        return all ? "accepted" : "refused";
    }

    private List<Finding> findings() {
        return stages.stream().flatMap(stage -> stage.verdict().findings().stream()).toList();
    }

    /** The document. */
    public String json() {
        ObjectNode document = JsonReport.document("verify", outcome());
        document.put("payload", payload);
        document.putObject("baseline").put("target", "xen").put("build", xen.buildId().hex());
        ArrayNode predicted = document.putArray("predicted");
        for (Stage stage : stages) {
            predicted
                    .addObject()
                    .put("action", stage.action())
                    .put("reply", stage.verdict().reply().toString());
        }
        ArrayNode list = document.putArray("functions");
        for (ReplacedFunction function : functions) {
            list.addObject()
                    .put("name", function.name())
                    .put("address", "0x" + Long.toHexString(function.oldAddress()))
                    .put("size", function.oldSize());
        }
        JsonReport.findings(document.putArray("findings"), findings());
        return JsonReport.text(document);
    }

    /** The text. */
    public String text() {
        StringBuilder text = new StringBuilder(payload);
        text.append(": ").append(outcome()).append(" by Xen, build-id ");
        text.append(xen.buildId().hex()).append('\n');
        for (Stage stage : stages) {
            text.append("  %-9s %s%n".formatted(stage.action(), stage.verdict().reply()));
        }
        for (ReplacedFunction function : functions) {
            text.append("  replaces  %s%n".formatted(function.name()));
        }
        TextReport.findings(text, findings());
        return text.toString().stripTrailing();
    }
}
