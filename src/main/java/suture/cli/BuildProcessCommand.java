package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.build.process.CompileRule;
import suture.bytes.Bytes;
import suture.exec.Progress;
import suture.finding.Finding;
import suture.host.process.ProcessHost;
import suture.report.HtmlReport;
import suture.report.JsonReport;
import suture.report.PairReport;
import suture.report.TextReport;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/** {@code suture build process}: a source patch in, a payload for a running process out. */
@Command(
        name = "process",
        mixinStandardHelpOptions = true,
        description = "Builds a live patch of a running process.")
final class BuildProcessCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private @Nullable Baseline baseline;

    @ArgGroup(multiplicity = "1")
    private @Nullable Rule rule;

    @Option(
            names = "--source",
            required = true,
            paramLabel = "DIR",
            description = "the source tree that the program was built from")
    private @Nullable Path source;

    @Parameters(arity = "1..*", paramLabel = "PATCH", description = "patches in unified format")
    private List<Path> patches = List.of();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "PAYLOAD",
            description = "the payload to write")
    private @Nullable Path output;

    @Option(
            names = "--max-functions",
            paramLabel = "N",
            description = "refuse a payload with more functions, and say what put them in")
    private int most = Integer.MAX_VALUE;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page too")
    private @Nullable Path html;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    private static final class Baseline {
        @Option(names = "--pid", paramLabel = "PID", description = "the running process")
        private int pid;

        @Option(names = "--executable", paramLabel = "FILE", description = "the file that runs")
        private @Nullable Path executable;

        List<Path> images() throws IOException {
            return executable == null ? ProcessHost.images(pid) : List.of(executable);
        }

        OptionalInt process() {
            return executable == null ? OptionalInt.of(pid) : OptionalInt.empty();
        }
    }

    private static final class Rule {
        @Option(
                names = "--compile",
                paramLabel = "CMD",
                description = "how a unit is compiled, with {source} and {object} in it")
        private @Nullable String template;

        @Option(
                names = "--compile-commands",
                paramLabel = "FILE",
                description = "a compile_commands.json")
        private @Nullable Path database;

        CompileRule rule() throws IOException {
            return template != null
                    ? CompileRule.template(template)
                    : CompileRule.database(Objects.requireNonNull(database));
        }
    }

    @Override
    public Integer call() throws IOException {
        Path tree = Objects.requireNonNull(source);
        Path target = Objects.requireNonNull(output);
        PatchedSources sources = PatchedSources.of(tree, patches);
        if (sources.refused()) {
            Files.deleteIfExists(target);
            System.out.println(refusal(sources.findings()));
            return ExitStatus.REFUSED.code();
        }
        ProcessPipeline.Output result =
                ProcessPipeline.run(
                        new ProcessPipeline.Input(
                                name(target),
                                Objects.requireNonNull(baseline).images(),
                                Objects.requireNonNull(baseline).process(),
                                tree,
                                Objects.requireNonNull(rule).rule(),
                                sources,
                                most),
                        Progress.SILENT);
        Files.deleteIfExists(target);
        if (result.outcome().equals("changed")) {
            write(target, result.file());
        }
        if (html != null) {
            String page =
                    HtmlReport.pairs(
                            "suture build process",
                            result.outcome(),
                            result.pairs(),
                            result.findings());
            OutputFile.write(html, page.getBytes(StandardCharsets.UTF_8));
        }
        System.out.println(json ? document(result, target) : text(result, target));
        return ExitStatus.of(result.outcome()).code();
    }

    private String refusal(List<Finding> findings) {
        if (!json) {
            return TextReport.findings(findings).stripTrailing();
        }
        ObjectNode document = JsonReport.document("build", "refused");
        document.putArray("pairs");
        JsonReport.findings(document.putArray("findings"), findings);
        return JsonReport.text(document);
    }

    static String name(Path target) {
        String name = String.valueOf(target.getFileName());
        return name.endsWith(".suture") ? name.substring(0, name.length() - 7) : name;
    }

    /** The file appears whole or not at all. */
    static void write(Path target, Bytes content) throws IOException {
        Path aside = target.resolveSibling(target.getFileName() + ".part");
        try (FileChannel channel =
                FileChannel.open(
                        aside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(content.buffer());
            channel.force(true);
        }
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String text(ProcessPipeline.Output result, Path target) {
        List<PairReport> pairs =
                result.pairs().stream()
                        .map(p -> new PairReport(p.original(), p.patched(), p.diff(), List.of()))
                        .toList();
        StringBuilder text = new StringBuilder(TextReport.diff(pairs, false));
        TextReport.findings(text, result.findings());
        if (result.outcome().equals("changed")) {
            text.append("wrote ").append(target).append(", ").append(result.file().size());
            text.append(" bytes, sha256 ").append(Digest.sha256(result.file())).append('\n');
        }
        return text.toString().stripTrailing();
    }

    private static String document(ProcessPipeline.Output result, Path target) {
        ObjectNode document = JsonReport.document("build", result.outcome());
        ArrayNode pairs = document.putArray("pairs");
        result.pairs().forEach(p -> pairs.add(JsonReport.pair(p, false)));
        JsonReport.findings(document.putArray("findings"), result.findings());
        if (result.outcome().equals("changed")) {
            ObjectNode payload = document.putObject("payload");
            payload.put("path", target.toString());
            payload.put("sha256", Digest.sha256(result.file()));
            payload.put("target", "process");
            ObjectNode images = payload.putObject("baseline");
            result.payload().images().forEach(i -> images.put(i.name(), i.buildId().hex()));
            ArrayNode functions = payload.putArray("functions");
            result.payload().redirects().forEach(r -> functions.add(r.function()));
        }
        return JsonReport.text(document);
    }
}
