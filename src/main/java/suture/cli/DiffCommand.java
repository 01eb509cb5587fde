package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import suture.bytes.FormatException;
import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.finding.Finding;
import suture.report.HtmlReport;
import suture.report.JsonReport;
import suture.report.PairReport;
import suture.report.TextReport;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.Collectors;

/** {@code suture diff}: the verdict on every function and datum of object pairs. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = "Compares object files and says for each function and datum why it changed.")
final class DiffCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..2",
            paramLabel = "ORIG.o PATCHED.o",
            description = "the original and the patched object")
    private List<Path> objects = List.of();

    @Option(
            names = "--batch",
            paramLabel = "LIST",
            description = "a file with one ORIG<TAB>PATCHED a line; results come in that order")
    private @Nullable Path batch;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page too")
    private @Nullable Path html;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Option(names = "--all", description = "list what is unchanged too")
    private boolean all;

    @Override
    public Integer call() throws IOException {
        List<Result> results = pairs().parallelStream().map(this::result).toList();
        String outcome = PairReport.outcome(results.stream().map(Result::outcome).toList());
        if (html != null) {
            List<PairReport> reports =
                    results.stream().map(r -> Objects.requireNonNull(r.report)).toList();
            List<Finding> findings = reports.stream().flatMap(r -> r.findings().stream()).toList();
            String page = HtmlReport.pairs("suture diff", outcome, reports, findings);
            OutputFile.write(html, page.getBytes(StandardCharsets.UTF_8));
        }
        System.out.println(
                json
                        ? JsonReport.diff(
                                outcome,
                                results.stream().map(r -> Objects.requireNonNull(r.node)).toList())
                        : results.stream()
                                .map(Result::text)
                                .collect(Collectors.joining())
                                .stripTrailing());
        return ExitStatus.of(outcome).code();
    }

    /**
     * What is kept of a pair, for a batch may be as long as a build.
     *
     * @param text its part of the output for people
     * @param node its part of the document, where one is wanted
     * @param report all that is known, where a page needs it
     */
    private record Result(
            String outcome, String text, @Nullable ObjectNode node, @Nullable PairReport report) {}

    private Result result(Pair pair) {
        PairReport report = compare(pair);
        return new Result(
                report.outcome(),
                json ? "" : TextReport.diff(report, all),
                json ? JsonReport.pair(report, all) : null,
                html == null ? null : report);
    }

    private record Pair(Path original, Path patched) {}

    private List<Pair> pairs() throws IOException {
        if (batch != null && objects.isEmpty()) {
            List<Pair> pairs = new ArrayList<>();
            List<String> lines = Files.readAllLines(batch);
            for (int i = 0; i < lines.size(); i++) {
                String[] names = lines.get(i).split("\t", -1);
                if (lines.get(i).isBlank()) {
                    continue;
                }
                if (names.length != 2) {
                    throw new FormatException(
                            batch.toString(),
                            "line " + (i + 1),
                            -1,
                            "ORIG<TAB>PATCHED",
                            '"' + lines.get(i) + '"');
                }
                pairs.add(new Pair(Path.of(names[0]), Path.of(names[1])));
            }
            return pairs;
        }
        if (batch != null || objects.size() != 2) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "give two objects, or --batch LIST");
        }
        return List.of(new Pair(objects.get(0), objects.get(1)));
    }

    private static PairReport compare(Pair pair) {
        ForkJoinTask<ElfObject> second = ForkJoinTask.adapt(() -> read(pair.patched())).fork();
        ElfObject original = read(pair.original());
        ObjectDiff diff = Differ.diff(original, second.join());
        return new PairReport(
                pair.original().toString(), pair.patched().toString(), diff, diff.findings());
    }

    private static ElfObject read(Path file) {
        try {
            return ElfReader.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
