package suture.report;

import suture.target.linux.Binding;
import suture.target.linux.extract.Extraction;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** What {@code suture extract} says about the file it made. */
public final class ExtractionReport {
    private final String unit;
    private final List<String> functions;
    private final String path;
    private final Extraction extraction;

    /**
     * @param unit the source the functions are from
     * @param functions the functions that were wanted
     * @param path the file that was written
     */
    public ExtractionReport(
            String unit, List<String> functions, String path, Extraction extraction) {
        this.unit = unit;
        this.functions = functions;
        this.path = path;
        this.extraction = extraction;
    }

    /** The document. */
    public String json() {
        ObjectNode document = JsonReport.document("extract", extraction.outcome());
        document.put("unit", unit).put("object", extraction.object());
        ArrayNode wanted = document.putArray("functions");
        functions.forEach(wanted::add);
        ArrayNode carried = document.putArray("carried");
        extraction.carried().forEach(carried::add);
        ArrayNode references = document.putArray("references");
        extraction
                .references()
                .forEach((name, binding) -> {
                    ObjectNode node = references.addObject().put("name", name);
                    switch (binding) {
                        case Binding.Export export ->
                                node.put("kind", "export").put("object", export.provider());
                        case Binding.Livepatch livepatch ->
                                node.put("kind", "livepatch")
                                        .put("object", livepatch.object())
                                        .put("position", livepatch.position());
                    }
                });
        JsonReport.findings(document.putArray("findings"), extraction.findings());
        if (extraction.source() != null) {
            document.put("path", path);
        }
        return JsonReport.text(document);
    }

    /** The text. */
    public String text() {
        StringBuilder text = new StringBuilder(unit);
        text.append(": ").append(String.join(", ", functions)).append(" of ");
        text.append(extraction.object()).append('\n');
        extraction
                .references()
                .forEach((name, binding) -> {
                    switch (binding) {
                        case Binding.Export export ->
                                text.append("  export    ")
                                        .append(name)
                                        .append(" of ")
                                        .append(export.provider());
                        case Binding.Livepatch livepatch ->
                                text.append("  running   ")
                                        .append(name)
                                        .append(" of ")
                                        .append(livepatch.object())
                                        .append(',')
                                        .append(livepatch.position());
                    }
                    text.append('\n');
                });
        TextReport.findings(text, extraction.findings());
        String source = extraction.source();
        if (source == null) {
            text.append("refused: no file was written");
        } else {
            text.append("wrote ").append(path).append(", ");
            text.append(source.lines().count()).append(" lines");
        }
        return text.toString();
    }
}
