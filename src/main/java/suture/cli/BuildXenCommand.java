package suture.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.build.CompilerIdentity.Mismatch;
import suture.build.debian.AptArchive;
import suture.build.debian.Archive;
import suture.build.debian.DebianKernels;
import suture.build.debian.DebianXen;
import suture.build.debian.DirectoryArchive;
import suture.build.xen.XenTree;
import suture.bytes.Bytes;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.report.JsonReport;
import suture.report.PairReport;
import suture.report.TextReport;
import suture.target.xen.payload.PatchedFunction;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code suture build xen}: a source patch in, a payload for the hypervisor out. */
@Command(
        name = "xen",
        mixinStandardHelpOptions = true,
        description = "Builds a payload for a Xen hypervisor from a source patch.")
final class BuildXenCommand implements Callable<Integer> {
    private static final String SUFFIX = ".livepatch";

    @ArgGroup(multiplicity = "1")
    private Baseline baseline = new Baseline();

    @Option(
            names = "--packages",
            paramLabel = "DIR",
            description =
                    "with --release: take the package and its source (.dsc) from this folder,"
                            + " fetch nothing")
    private @Nullable Path packages;

    @Option(
            names = "--allow-compiler-mismatch",
            description = "warn instead of refusing if another compiler made the hypervisor")
    private boolean allowMismatch;

    @Option(
            names = "--on",
            paramLabel = "PAYLOAD",
            arity = "1",
            description =
                    "come on top of this payload; once for each, in the order they are applied;"
                            + " default: on the bare hypervisor, which also replaces all others")
    private List<Path> below = List.of();

    @Parameters(arity = "1..*", paramLabel = "PATCH", description = "patches in unified format")
    private List<Path> patches = List.of();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "PAYLOAD",
            description = "the payload to write")
    private Path output = Path.of("");

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    private static final class Baseline {
        @Option(
                names = "--release",
                paramLabel = "VERSION",
                description = "Debian's stock hypervisor of that package version")
        private @Nullable String release;

        @ArgGroup(exclusive = false)
        private @Nullable Own own;
    }

    private static final class Own {
        @Option(
                names = "--source",
                required = true,
                paramLabel = "DIR",
                description = "the source of a hypervisor that was built here")
        private Path source = Path.of("");

        @Option(
                names = "--build",
                required = true,
                paramLabel = "DIR",
                description = "the folder it was built in, with its xen-syms")
        private Path build = Path.of("");
    }

    @Override
    public Integer call() throws IOException {
        Stopwatch watch = new Stopwatch();
        Progress progress = ProgressLine.onTerminal();
        XenBaseline xen = baseline(progress);
        watch.lap("prepare");
        List<String> texts = new ArrayList<>();
        for (Path patch : patches) {
            texts.add(Files.readString(patch, ISO_8859_1));
        }
        XenPipeline.Output result =
                XenPipeline.run(
                        xen,
                        new XenPipeline.Request(
                                name(),
                                texts,
                                allowMismatch ? Mismatch.WARN : Mismatch.REFUSE,
                                below),
                        progress,
                        watch);
        Files.deleteIfExists(output);
        Bytes content = result.content();
        if (content != null) {
            OutputFile.write(output, content.toArray());
        }
        watch.lap("write");
        System.out.println(json ? document(result, xen, watch) : text(result, xen, watch));
        return ExitStatus.of(result.outcome()).code();
    }

    private XenBaseline baseline(Progress progress) throws IOException {
        String release = baseline.release;
        if (release != null) {
            Path cache = DebianKernels.cacheOf(System.getenv());
            Archive archive =
                    packages == null
                            ? new AptArchive(DebianKernels.packages(cache), progress)
                            : new DirectoryArchive(packages);
            DebianXen.Prepared prepared =
                    new DebianXen(cache, archive, JobPool.ofCores(), progress).prepare(release);
            return new XenBaseline(prepared.tree(), prepared.stock().version());
        }
        Own own = baseline.own;
        if (own == null) {
            throw new IllegalStateException("no baseline");
        }
        XenTree tree = XenTree.open(own.source, own.build);
        return new XenBaseline(tree, tree.version());
    }

    /** What the payload is called: the file's name without its suffix. */
    private String name() {
        String file = String.valueOf(output.getFileName());
        return file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
    }

    private String text(XenPipeline.Output result, XenBaseline xen, Stopwatch watch) {
        List<PairReport> pairs =
                result.pairs().stream()
                        .map(p -> new PairReport(p.original(), p.patched(), p.diff(), List.of()))
                        .toList();
        StringBuilder text = new StringBuilder(TextReport.diff(pairs, false));
        TextReport.findings(text, result.findings());
        Bytes content = result.content();
        if (content != null) {
            text.append("replaces in Xen ").append(xen.release()).append(":\n");
            for (PatchedFunction function : result.functions()) {
                text.append("  ").append(function.name());
                text.append(": ").append(function.oldSize()).append(" bytes, now ");
                text.append(function.newSize()).append(", expects ");
                text.append(function.expected()).append('\n');
            }
            text.append("wrote ").append(output).append(", ").append(content.size());
            text.append(" bytes, sha256 ").append(Digest.sha256(content)).append('\n');
        } else {
            text.append(result.outcome()).append(": no payload was written\n");
        }
        for (Stopwatch.Timing timing : watch.timings()) {
            text.append(
                    String.format(Locale.ROOT, "%s %.2f s  ", timing.stage(), timing.seconds()));
        }
        return text.toString().stripTrailing();
    }

    private String document(XenPipeline.Output result, XenBaseline xen, Stopwatch watch) {
        ObjectNode document = JsonReport.document("build", result.outcome());
        ArrayNode pairs = document.putArray("pairs");
        result.pairs().forEach(p -> pairs.add(JsonReport.pair(p, false)));
        JsonReport.findings(document.putArray("findings"), result.findings());
        Bytes content = result.content();
        if (content != null) {
            ObjectNode payload = document.putObject("payload");
            payload.put("path", output.toString());
            payload.put("sha256", Digest.sha256(content));
            payload.put("target", "xen");
            payload.putObject("baseline")
                    .put("release", xen.release())
                    .put("image", xen.tree().image().toString());
            ArrayNode functions = payload.putArray("functions");
            result.functions().forEach(f -> functions.add(f.name()));
        }
        ArrayNode timings = document.putArray("timings");
        watch.timings()
                .forEach(t ->
                        timings.addObject().put("stage", t.stage()).put("seconds", t.seconds()));
        return JsonReport.text(document);
    }
}
