package suture.report;

import suture.target.linux.convert.Conversion;
import suture.target.linux.convert.Decision;
import suture.target.linux.klp.PatchedFunction;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code suture convert} says about a hand-written module. */
public final class ConversionReport {
    private final String module;
    private final String baseline;
    private final Conversion conversion;

    /**
     * @param module the module's file
     * @param baseline what it was converted for
     */
    public ConversionReport(String module, String baseline, Conversion conversion) {
        this.module = module;
        this.baseline = baseline;
        this.conversion = conversion;
    }

    /**
     * The document.
     *
     * @param path the file that was written
     * @param sha256 its digest; empty if none was written
     */
    public String json(String path, String sha256) {
        ObjectNode document = JsonReport.document("convert", conversion.outcome());
        document.put("module", module);
        ArrayNode functions = document.putArray("functions");
        for (PatchedFunction function : conversion.functions()) {
            functions
                    .addObject()
                    .put("object", function.object())
                    .put("name", function.name())
                    .put("position", function.position())
                    .put("replacement", function.replacement());
        }
        ArrayNode symbols = document.putArray("symbols");
        for (Conversion.Bound symbol : conversion.symbols()) {
            ObjectNode node = symbols.addObject();
            node.put("name", symbol.name()).put("references", symbol.references());
            decision(node, symbol.decision());
        }
        JsonReport.findings(document.putArray("findings"), conversion.findings());
        if (!sha256.isEmpty()) {
            ObjectNode payload = document.putObject("payload");
            payload.put("path", path).put("sha256", sha256).put("target", "linux");
            payload.putObject("baseline").put("source", baseline);
            ArrayNode names = payload.putArray("functions");
            conversion.functions().forEach(f -> names.add(f.name()));
        }
        return JsonReport.text(document);
    }

    private static void decision(ObjectNode node, Decision decision) {
        switch (decision) {
            case Decision.Exported(String provider) ->
                    node.put("decision", "export").put("object", provider);
            case Decision.Absent() -> node.put("decision", "absent");
            case Decision.Refused() -> node.put("decision", "refused");
            case Decision.Livepatch livepatch ->
                    node.put("decision", "livepatch")
                            .put("object", livepatch.symbol().object())
                            .put("position", livepatch.symbol().position())
                            .put("symbol", livepatch.symbol().toString())
                            .put("waits", livepatch.patched());
        }
    }

    /** The text; the last line says what was written. */
    public String text(String path, long size, String sha256) {
        StringBuilder text = new StringBuilder(module);
        text.append(sha256.isEmpty() ? ": refused for " : ": converted for ").append(baseline);
        text.append('\n');
        for (PatchedFunction function : conversion.functions()) {
            text.append("  replaces  ").append(function.text()).append('\n');
        }
        int exports = 0;
        for (Conversion.Bound symbol : conversion.symbols()) {
            switch (symbol.decision()) {
                case Decision.Livepatch livepatch ->
                        text.append(
                                "  binds     %s -> %s, %d references%n"
                                        .formatted(
                                                symbol.name(),
                                                livepatch.symbol(),
                                                symbol.references()));
                case Decision.Exported _ -> exports++;
                case Decision.Absent() ->
                        text.append("  absent    ").append(symbol.name()).append('\n');
                case Decision.Refused() ->
                        text.append("  refused   ").append(symbol.name()).append('\n');
            }
        }
        text.append("  exports   ").append(exports).append('\n');
        TextReport.findings(text, conversion.findings());
        if (sha256.isEmpty()) {
            text.append("refused: no module was written");
        } else {
            text.append("wrote ").append(path).append(", ").append(size).append(" bytes, sha256 ");
            text.append(sha256);
        }
        return text.toString();
    }
}
