package suture.cli;

import suture.build.process.CompileRule;
import suture.build.process.UnitCompiler;
import suture.build.process.UnitObjects;
import suture.bytes.Bytes;
import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfObject;
import suture.exec.Progress;
import suture.finding.Finding;
import suture.host.process.ProcessHost;
import suture.plan.Explanation;
import suture.plan.Hooks;
import suture.plan.PatchPlan;
import suture.plan.Planner;
import suture.plan.Threshold;
import suture.report.PairReport;
import suture.target.process.PayloadBuilder;
import suture.target.process.PayloadFile;
import suture.target.process.Placement;
import suture.target.process.ProcessImage;
import suture.target.process.ProcessPayload;
import suture.target.process.RunPre;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** From a changed source to the payload of a process: compile, diff, plan, match, build. */
final class ProcessPipeline {
    private ProcessPipeline() {}

    /**
     * What to build.
     *
     * @param name of the patch
     * @param images the executable first, then libraries that the code may be in
     * @param pid the process whose memory has to have the images' code, if there is one
     * @param source the tree
     * @param rule how its units are compiled
     * @param sources the changed files
     * @param most how many functions may travel
     */
    record Input(
            String name,
            List<Path> images,
            OptionalInt pid,
            Path source,
            CompileRule rule,
            PatchedSources sources,
            int most) {}

    /**
     * What came out.
     *
     * @param file the payload file; meaningless unless the outcome is {@code changed}
     */
    record Output(
            String outcome,
            List<PairReport> pairs,
            List<Finding> findings,
            ProcessPayload payload,
            Bytes file) {}

    static Output run(Input input, Progress progress) throws IOException {
        UnitCompiler.Result compiled =
                UnitCompiler.compile(
                        input.source(), input.rule(), input.sources().contents(), progress);
        List<ProcessImage> images = new ArrayList<>();
        for (Path image : input.images()) {
            images.add(ProcessImage.read(image));
        }
        Set<Finding> findings = new LinkedHashSet<>(compiled.findings());
        List<Planner.UnitDiff> diffs = new ArrayList<>();
        List<PairReport> pairs = new ArrayList<>();
        Map<ElfObject, Placement> placements = new HashMap<>();
        for (UnitObjects unit : compiled.units()) {
            ObjectDiff diff =
                    Explanation.of(
                            Differ.diff(unit.original(), unit.patched()),
                            input.sources().roots(),
                            Explanation.Part.OF_A_MODULE);
            pairs.add(new PairReport(unit.unit(), unit.unit(), diff, diff.findings()));
            if (Planner.concerns(diff)) {
                RunPre.Result match = match(unit, images);
                findings.addAll(match.findings());
                if (input.pid().isPresent() && match.findings().isEmpty()) {
                    findings.addAll(compare(input.pid().getAsInt(), match.placement()));
                }
                placements.put(unit.original(), match.placement());
                String owner = match.placement().image().name();
                diffs.add(new Planner.UnitDiff(unit.unit(), owner, diff));
            }
        }
        Threshold.check(diffs.stream().map(Planner.UnitDiff::diff).toList(), input.most())
                .ifPresent(findings::add);
        PatchPlan plan = Planner.plan(diffs, Hooks.NONE);
        findings.addAll(plan.findings());
        PayloadBuilder.Result built = PayloadBuilder.build(input.name(), plan, placements);
        findings.addAll(built.findings());
        String outcome = outcome(findings, built.payload());
        return new Output(
                outcome,
                pairs,
                List.copyOf(findings),
                built.payload(),
                outcome.equals("changed") ? PayloadFile.write(built.payload()) : Bytes.EMPTY);
    }

    private static List<Finding> compare(int pid, Placement placement) throws IOException {
        ProcessImage image = placement.image();
        return ProcessHost.compare(
                pid, new ProcessPayload.Image(image.name(), image.buildId()), placement.code());
    }

    private static String outcome(Set<Finding> findings, ProcessPayload payload) {
        if (findings.stream().anyMatch(Finding::refuses)) {
            return "refused";
        }
        return payload.redirects().isEmpty() ? "unchanged" : "changed";
    }

    /** The image that has the unit's code; the executable's answer if none has. */
    private static RunPre.Result match(UnitObjects unit, List<ProcessImage> images) {
        RunPre.Result first = null;
        for (ProcessImage image : images) {
            RunPre.Result result = RunPre.match(unit.plain(), image);
            if (result.findings().isEmpty() && result.placement().any()) {
                return result;
            }
            first = first == null ? result : first;
        }
        if (first == null) {
            throw new IllegalStateException("no image");
        }
        return first;
    }
}
