package suture.report;

import org.jspecify.annotations.Nullable;

import suture.diff.DataVerdict;
import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Reason;
import suture.diff.Verdict;
import suture.finding.Finding;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Locale;

/** The document that scripts rely on: schema {@code suture/1}. */
public final class JsonReport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonReport() {}

    /** Does what the first document takes longest for: the library looks for its own parts. */
    public static boolean ready() {
        return !text(document("", "")).isEmpty();
    }

    /** The document of {@code suture diff}, of all its pairs. */
    public static String diff(String outcome, List<ObjectNode> pairs) {
        ObjectNode document = document("diff", outcome);
        document.putArray("pairs").addAll(pairs);
        return text(document);
    }

    /** An empty document of a command. */
    public static ObjectNode document(String command, String outcome) {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("schema", "suture/1").put("command", command).put("outcome", outcome);
        return document;
    }

    /** The document as text. */
    public static String text(ObjectNode document) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    /** One pair; {@code all} lists unchanged functions and data too. */
    public static ObjectNode pair(PairReport pair, boolean all) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("original", pair.original()).put("patched", pair.patched());
        @Nullable ObjectDiff diff = pair.diff();
        node.put("machine", diff == null ? "" : diff.patched().machine().name());
        node.put("outcome", pair.outcome());
        ArrayNode functions = node.putArray("functions");
        ArrayNode data = node.putArray("data");
        if (diff != null) {
            diff.functions().stream()
                    .filter(f -> all || f.verdict() != Verdict.UNCHANGED)
                    .forEach(f -> function(functions.addObject(), f));
            diff.data().stream()
                    .filter(d -> all || d.verdict() != Verdict.UNCHANGED)
                    .forEach(d -> datum(data.addObject(), d));
        }
        findings(node.putArray("findings"), pair.findings());
        return node;
    }

    private static void function(ObjectNode node, FunctionVerdict verdict) {
        node.put("name", verdict.name())
                .put("base", verdict.base())
                .put("verdict", verdict.verdict().word());
        node.put("redirect", verdict.redirect());
        reasons(node.putArray("reasons"), verdict.reasons());
    }

    private static void datum(ObjectNode node, DataVerdict verdict) {
        node.put("name", verdict.name()).put("verdict", verdict.verdict().word());
        reasons(node.putArray("reasons"), verdict.reasons());
    }

    static void reasons(ArrayNode list, List<Reason> reasons) {
        for (Reason reason : reasons) {
            list.addObject()
                    .put("kind", reason.kind())
                    .put("where", reason.where())
                    .put("original", reason.original())
                    .put("patched", reason.patched())
                    .put("source", reason.source());
        }
    }

    /** A list of findings. */
    public static void findings(ArrayNode list, List<Finding> findings) {
        for (Finding finding : findings) {
            list.addObject()
                    .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                    .put("rule", finding.rule())
                    .put("subject", finding.subject())
                    .put("place", finding.place())
                    .put("message", finding.message())
                    .put("remedy", finding.remedy());
        }
    }
}
