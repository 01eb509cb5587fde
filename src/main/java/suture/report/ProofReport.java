package suture.report;

import suture.target.linux.klp.PatchedFunction;
import suture.target.linux.verify.Proof;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code suture verify} says about a livepatch module. */
public final class ProofReport {
    private final Proof proof;

    /** The report on one payload. */
    public ProofReport(Proof proof) {
        this.proof = proof;
    }

    /** {@code accepted} or {@code refused}. */
    public String outcome() {
        return proof.accepted() ? "accepted" : "refused";
    }

    /** The document. */
    public String json() {
        ObjectNode document = JsonReport.document("verify", outcome());
        document.put("payload", proof.module().file());
        document.putObject("baseline")
                .put("target", "linux")
                .put("release", proof.kernel().release())
                .put("version", proof.kernel().version());
        ArrayNode functions = document.putArray("functions");
        for (PatchedFunction function : proof.functions()) {
            functions
                    .addObject()
                    .put("object", function.object())
                    .put("name", function.name())
                    .put("position", function.position())
                    .put("replacement", function.replacement());
        }
        ArrayNode symbols = document.putArray("symbols");
        for (Proof.Resolved symbol : proof.symbols()) {
            symbols.addObject()
                    .put("name", symbol.name())
                    .put("address", "0x" + Long.toHexString(symbol.address()));
        }
        document.put("imports", proof.imports());
        JsonReport.findings(document.putArray("findings"), proof.findings());
        return JsonReport.text(document);
    }

    /** The text. */
    public String text() {
        StringBuilder text = new StringBuilder(proof.module().file());
        text.append(": ").append(outcome()).append(" by Linux ");
        text.append(proof.kernel().release()).append(' ').append(proof.kernel().version());
        text.append('\n');
        for (PatchedFunction function : proof.functions()) {
            text.append("  replaces  ").append(function.text()).append('\n');
        }
        text.append(
                "  binds     %d livepatch symbols, %d exports%n"
                        .formatted(proof.symbols().size(), proof.imports()));
        TextReport.findings(text, proof.findings());
        return text.toString().stripTrailing();
    }
}
