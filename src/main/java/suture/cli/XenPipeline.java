package suture.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import suture.build.CompilerIdentity;
import suture.build.ObjectPair;
import suture.build.SourceChanges;
import suture.build.xen.XenUnitBuilder;
import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;
import suture.plan.Explanation;
import suture.plan.Hooks;
import suture.plan.PatchPlan;
import suture.plan.Planner;
import suture.plan.UnitPlan;
import suture.report.PairReport;
import suture.source.SourcePatch;
import suture.target.xen.image.XenImage;
import suture.target.xen.payload.BootTables;
import suture.target.xen.payload.LowerPayload;
import suture.target.xen.payload.PatchedFunction;
import suture.target.xen.payload.Payload;
import suture.target.xen.payload.PayloadEmitter;
import suture.target.xen.payload.Stack;
import suture.target.xen.payload.XenUnit;
import suture.target.xen.runpre.RunPre;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** From a source patch to a payload: compile, diff, plan, match, emit. */
final class XenPipeline {
    private final XenBaseline baseline;
    private final Request request;
    private final Progress progress;
    private final Stopwatch watch;
    private final Set<Finding> findings = new LinkedHashSet<>();

    /**
     * What to build.
     *
     * @param name what the payload is called
     * @param patches the texts of the source patches; a character stands for a byte
     * @param mismatch what another compiler than the hypervisor's does
     * @param below payloads that are applied already, the first one first
     */
    record Request(
            String name,
            List<String> patches,
            CompilerIdentity.Mismatch mismatch,
            List<Path> below) {}

    /**
     * What came out.
     *
     * @param outcome {@code changed}, {@code unchanged} or {@code refused}
     * @param pairs the verdicts
     * @param findings all that must be said
     * @param content the payload's bytes; null unless the outcome is {@code changed}
     * @param functions the running functions that it replaces
     */
    record Output(
            String outcome,
            List<PairReport> pairs,
            List<Finding> findings,
            @Nullable Bytes content,
            List<PatchedFunction> functions) {}

    /** One compiled unit, its objects read. */
    private record Compared(String unit, ElfObject plain, ObjectDiff diff) {}

    private XenPipeline(XenBaseline baseline, Request request, Progress progress, Stopwatch watch) {
        this.baseline = baseline;
        this.request = request;
        this.progress = progress;
        this.watch = watch;
    }

    static Output run(XenBaseline baseline, Request request, Progress progress, Stopwatch watch)
            throws IOException {
        Path work = Files.createTempDirectory("suture-build");
        try {
            return new XenPipeline(baseline, request, progress, watch).run(work);
        } finally {
            Folders.delete(work);
        }
    }

    private Output run(Path work) throws IOException {
        CompilerIdentity made = baseline.tree().compiler();
        made.check(CompilerIdentity.local(made.program()), request.mismatch())
                .ifPresent(findings::add);
        List<LowerPayload> below = below();
        List<SourcePatch> series = new ArrayList<>();
        for (LowerPayload payload : below) {
            series.addAll(parsed(payload.name(), payload.patches()));
        }
        SourceChanges before = sources(series).changes();
        series.addAll(parsed(request.name(), request.patches()));
        PatchedSources after = sources(series);
        if (refused()) {
            return output(List.of(), null);
        }
        XenUnitBuilder.Built built =
                new XenUnitBuilder(baseline.tree(), work, JobPool.ofCores(), progress)
                        .build(before, after.changes());
        findings.addAll(built.findings());
        watch.lap("compile");
        List<Compared> compared = compare(built.pairs(), after);
        List<PairReport> pairs =
                compared.stream()
                        .map(c -> new PairReport(c.unit, c.unit, c.diff, c.diff.findings()))
                        .toList();
        compared.forEach(c -> findings.addAll(BootTables.check(c.unit, c.diff)));
        watch.lap("diff");
        PatchPlan plan =
                Planner.plan(
                        compared.stream()
                                .filter(c -> Planner.concerns(c.diff))
                                .map(c -> new Planner.UnitDiff(c.unit, "xen", c.diff))
                                .toList(),
                        Hooks.XEN);
        findings.addAll(plan.findings());
        watch.lap("plan");
        return plan.units().isEmpty()
                ? output(pairs, null)
                : output(pairs, emit(plan, compared, below));
    }

    private static List<SourcePatch> parsed(String name, List<String> texts) {
        return texts.stream().map(text -> SourcePatch.parse(name, text)).toList();
    }

    private PatchedSources sources(List<SourcePatch> series) {
        PatchedSources sources = PatchedSources.ofSeries(baseline.tree().root(), series);
        findings.addAll(sources.findings());
        return sources;
    }

    /** Each payload below is built again: only then is it known what its code is. */
    private List<LowerPayload> below() throws IOException {
        List<LowerPayload> payloads = new ArrayList<>();
        for (int i = 0; i < request.below().size(); i++) {
            Path file = request.below().get(i);
            LowerPayload payload = LowerPayload.read(file);
            Output again =
                    run(
                            baseline,
                            new Request(
                                    payload.name(),
                                    payload.patches(),
                                    request.mismatch(),
                                    request.below().subList(0, i)),
                            progress,
                            new Stopwatch());
            if (!Bytes.map(file).equals(again.content())) {
                findings.add(
                        Finding.error(
                                "lower-payload-differs",
                                file.toString(),
                                "",
                                "built again from the patches in it, on "
                                        + baseline.release()
                                        + (i == 0 ? "" : " and the payloads before it")
                                        + ", it comes out different",
                                "give the payloads in the order in which they are applied, and the"
                                        + " hypervisor they were built for"));
            }
            payloads.add(payload);
        }
        watch.lap("stack");
        return payloads;
    }

    /**
     * The reasons are lines of the source as it is; on top of other payloads the objects are those
     * of a source that these changed, so there the verdicts stand alone.
     */
    private List<Compared> compare(List<ObjectPair> pairs, PatchedSources sources)
            throws IOException {
        List<Compared> all = new ArrayList<>();
        for (ObjectPair pair : pairs) {
            ElfObject original = ElfReader.read(pair.original());
            ElfObject plain =
                    pair.plainOriginal().get().equals(pair.original())
                            ? original
                            : ElfReader.read(pair.plainOriginal().get());
            ObjectDiff diff = Differ.diff(original, ElfReader.read(pair.patched()));
            ObjectDiff explained =
                    request.below().isEmpty()
                            ? Explanation.of(diff, sources.roots(), Explanation.Part.OF_AN_IMAGE)
                            : diff;
            all.add(new Compared("xen/" + pair.unit().object(), plain, explained));
        }
        return all;
    }

    /** Proves the plan against what runs, and makes the payload. */
    private @Nullable Payload emit(
            PatchPlan plan, List<Compared> compared, List<LowerPayload> below) throws IOException {
        XenImage image = XenImage.open(baseline.tree().image());
        List<XenUnit> units = new ArrayList<>();
        for (UnitPlan unit : plan.units()) {
            findings.addAll(
                    match(unit.original(), compared, image)
                            .check(
                                    unit,
                                    name -> below.stream().anyMatch(p -> p.adds(name)),
                                    other -> match(other, compared, image)));
            units.add(XenUnit.of(unit));
        }
        watch.lap("match");
        if (refused()) {
            return null;
        }
        ByteSink texts = new ByteSink(ByteOrder.LITTLE_ENDIAN);
        request.patches().forEach(text -> texts.put(Bytes.of(text.getBytes(ISO_8859_1))).u8(0));
        Payload payload =
                PayloadEmitter.emit(
                        units,
                        new PayloadEmitter.Facts(
                                request.name(), baseline.release(), texts.toBytes()),
                        new Stack(image, below));
        findings.addAll(payload.findings());
        watch.lap("emit");
        return payload;
    }

    private static RunPre match(ElfObject original, List<Compared> compared, XenImage image) {
        ElfObject plain =
                compared.stream()
                        .filter(c -> c.diff.original().object() == original)
                        .findFirst()
                        .orElseThrow()
                        .plain;
        return new RunPre(plain, image);
    }

    private boolean refused() {
        return findings.stream().anyMatch(Finding::refuses);
    }

    private Output output(List<PairReport> pairs, @Nullable Payload payload) {
        Bytes content = payload == null || refused() ? null : payload.content();
        String outcome = refused() ? "refused" : content == null ? "unchanged" : "changed";
        return new Output(
                outcome,
                pairs,
                List.copyOf(findings),
                content,
                payload == null ? List.of() : payload.functions());
    }
}
