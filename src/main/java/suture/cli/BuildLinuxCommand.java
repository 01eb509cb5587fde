package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import suture.build.CompilerIdentity.Mismatch;
import suture.build.linux.BuiltTree;
import suture.build.linux.KernelTree;
import suture.bytes.Bytes;
import suture.exec.Ahead;
import suture.exec.Progress;
import suture.report.HtmlReport;
import suture.report.JsonReport;
import suture.report.PairReport;
import suture.report.TextReport;
import suture.target.linux.klp.ModuleFacts.Stacking;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture build linux}: a source patch in, a livepatch module out. */
@Command(
        name = "linux",
        mixinStandardHelpOptions = true,
        description = "Builds a livepatch module for a Linux kernel from a source patch.")
final class BuildLinuxCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Baseline baseline = new Baseline();

    @Option(
            names = "--packages",
            paramLabel = "DIR",
            description = "with --release: take the packages from this folder, fetch nothing")
    private @Nullable Path packages;

    @Option(
            names = "--allow-compiler-mismatch",
            description = "warn instead of refusing if another compiler made the kernel")
    private boolean allowMismatch;

    @Option(
            names = "--stack",
            description = "come on top of patches that are loaded; default: replace them all")
    private boolean stack;

    @Parameters(arity = "0..*", paramLabel = "PATCH", description = "patches in unified format")
    private List<Path> patches = List.of();

    @Option(
            names = "--objects",
            arity = "2",
            paramLabel = "DIR",
            description =
                    "instead of patches: original and patched objects, under the names they have in"
                            + " the kernel's build directory")
    private List<Path> objects = List.of();

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "PAYLOAD",
            description = "the module to write; its name is the module's name")
    private Path output = Path.of("");

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
        @Option(
                names = "--release",
                paramLabel = "RELEASE",
                description = "a stock Debian kernel, as uname -r names it")
        private @Nullable String release;

        @ArgGroup(exclusive = false)
        private @Nullable Own own;
    }

    private static final class Own {
        @Option(
                names = "--source",
                required = true,
                paramLabel = "DIR",
                description = "the source of a kernel that was built here")
        private Path source = Path.of("");

        @Option(
                names = "--build",
                required = true,
                paramLabel = "DIR",
                description = "the folder it was built in")
        private Path build = Path.of("");
    }

    @Override
    public Integer call() throws IOException {
        if (patches.isEmpty() == objects.isEmpty()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "give either patches or --objects ORIGINAL_DIR PATCHED_DIR");
        }
        Stopwatch watch = new Stopwatch();
        Progress progress = ProgressLine.onTerminal();
        KernelBaseline kernel = baseline(progress);
        watch.lap("prepare");
        Ahead<Boolean> report = Ahead.later("first document", JsonReport::ready);
        LinuxPipeline.Output result =
                LinuxPipeline.run(
                        kernel,
                        new LinuxPipeline.Request(
                                moduleName(),
                                input(kernel),
                                allowMismatch ? Mismatch.WARN : Mismatch.REFUSE,
                                stack ? Stacking.ADD : Stacking.REPLACE,
                                most),
                        progress,
                        watch,
                        json ? report::begin : () -> {});
        Files.deleteIfExists(output);
        Bytes module = result.module();
        if (module != null) {
            OutputFile.write(output, module.toArray());
        }
        watch.lap("write");
        if (html != null) {
            String page =
                    HtmlReport.pairs(
                            "suture build linux",
                            result.outcome(),
                            result.pairs(),
                            result.findings());
            OutputFile.write(html, page.getBytes(StandardCharsets.UTF_8));
        }
        System.out.println(json ? document(result, kernel, watch) : text(result, kernel, watch));
        return ExitStatus.of(result.outcome()).code();
    }

    private LinuxPipeline.Input input(KernelBaseline kernel) throws IOException {
        return objects.isEmpty()
                ? new LinuxPipeline.Input.Sources(
                        PatchedSources.of(kernel.tree().source(), patches))
                : new LinuxPipeline.Input.Objects(objects.get(0), objects.get(1));
    }

    private KernelBaseline baseline(Progress progress) throws IOException {
        String release = baseline.release;
        if (release != null) {
            return StockKernels.baseline(release, packages, progress);
        }
        Own own = baseline.own;
        if (own == null) {
            throw new IllegalStateException("no baseline");
        }
        KernelTree tree = BuiltTree.open(own.source, own.build);
        return new KernelBaseline(tree, tree.build().resolve("vmlinux"), null, tree.build(), "");
    }

    /** The module's name: the file's, in the letters a module may have. */
    private String moduleName() {
        String file = String.valueOf(output.getFileName());
        String name = file.endsWith(".ko") ? file.substring(0, file.length() - 3) : file;
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }

    private String text(LinuxPipeline.Output result, KernelBaseline kernel, Stopwatch watch) {
        List<PairReport> pairs =
                result.pairs().stream()
                        .map(p -> new PairReport(p.original(), p.patched(), p.diff(), List.of()))
                        .toList();
        StringBuilder text = new StringBuilder(TextReport.diff(pairs, false));
        TextReport.findings(text, result.findings());
        Bytes module = result.module();
        if (module != null) {
            if (!result.functions().isEmpty()) {
                text.append("replaces in ").append(kernel.tree().release()).append(":\n");
            }
            result.functions()
                    .forEach(f ->
                            text.append("  ")
                                    .append(f.object())
                                    .append(": ")
                                    .append(f.name())
                                    .append(f.position() == 0 ? "" : "," + f.position())
                                    .append('\n'));
            text.append("wrote ").append(output).append(", ").append(module.size());
            text.append(" bytes, sha256 ").append(Digest.sha256(module)).append('\n');
        } else {
            text.append(result.outcome()).append(": no payload was written\n");
        }
        for (Stopwatch.Timing timing : watch.timings()) {
            text.append(
                    String.format(Locale.ROOT, "%s %.2f s  ", timing.stage(), timing.seconds()));
        }
        return text.toString().stripTrailing();
    }

    private String document(LinuxPipeline.Output result, KernelBaseline kernel, Stopwatch watch) {
        ObjectNode document = JsonReport.document("build", result.outcome());
        ArrayNode pairs = document.putArray("pairs");
        result.pairs().forEach(p -> pairs.add(JsonReport.pair(p, false)));
        JsonReport.findings(document.putArray("findings"), result.findings());
        Bytes module = result.module();
        if (module != null) {
            ObjectNode payload = document.putObject("payload");
            payload.put("path", output.toString());
            payload.put("sha256", Digest.sha256(module));
            payload.put("target", "linux");
            payload.putObject("baseline")
                    .put("release", kernel.tree().release())
                    .put("version", kernel.version())
                    .put("image", kernel.image().toString());
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
