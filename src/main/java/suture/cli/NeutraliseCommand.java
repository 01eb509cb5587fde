package suture.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.finding.Finding;
import suture.report.JsonReport;
import suture.report.TextReport;
import suture.source.AppliedPatch;
import suture.source.Neutraliser;
import suture.source.PatchApplier;
import suture.source.SourcePatch;
import suture.source.SourceTree;
import suture.source.UnifiedDiff;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code suture neutralise}: the line-neutral form of a source patch. */
@Command(
        name = "neutralise",
        mixinStandardHelpOptions = true,
        description = {
            "Rewrites a source patch with #line directives so that __LINE__ stays the same in every"
                    + " line that the patch keeps.",
            "Prints the patch, or writes it to the file of -o."
        })
final class NeutraliseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATCH", description = "a unified diff")
    private Path patch = Path.of("");

    @Option(
            names = "--source",
            paramLabel = "DIR",
            description = "the tree that the patch is for; default: this folder")
    private Path source = Path.of("");

    @Option(names = "-o", paramLabel = "FILE", description = "where to write the patch")
    private @Nullable Path output;

    @Option(names = "--json", description = "print one JSON document, the patch in it")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        AppliedPatch applied = PatchApplier.apply(SourcePatch.read(patch), SourceTree.of(source));
        String outcome =
                applied.findings().stream().anyMatch(Finding::refuses) ? "refused" : "changed";
        String neutral =
                outcome.equals("refused")
                        ? ""
                        : UnifiedDiff.of(
                                applied.files().stream().map(NeutraliseCommand::neutral).toList());
        if (output != null && !neutral.isEmpty()) {
            OutputFile.write(output, neutral.getBytes(ISO_8859_1));
        }
        report(outcome, neutral, applied.findings());
        return (outcome.equals("refused") ? ExitStatus.REFUSED : ExitStatus.DONE).code();
    }

    private static AppliedPatch.Change neutral(AppliedPatch.Change change) {
        boolean plain =
                change.original() == null
                        || change.patched() == null
                        || !Neutraliser.concerns(change.patched());
        return plain
                ? change
                : new AppliedPatch.Change(
                        change.original(),
                        change.patched(),
                        Neutraliser.neutralise(change.script()));
    }

    private void report(String outcome, String neutral, List<Finding> findings) {
        if (json) {
            ObjectNode document = JsonReport.document("neutralise", outcome);
            document.put("patch", neutral);
            JsonReport.findings(document.putArray("findings"), findings);
            System.out.println(JsonReport.text(document));
            return;
        }
        System.err.print(TextReport.findings(findings));
        if (output == null) {
            System.out.write(neutral.getBytes(ISO_8859_1), 0, neutral.length());
            System.out.flush();
        }
    }
}
