package suture.cli;

import org.jspecify.annotations.Nullable;

import suture.build.CompilerIdentity;
import suture.build.ObjectPair;
import suture.build.Owner;
import suture.build.linux.Built;
import suture.build.linux.GlueCompiler;
import suture.build.linux.ObjectTrees;
import suture.build.linux.UnitBuilder;
import suture.bytes.Bytes;
import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.exec.Ahead;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;
import suture.plan.Explanation;
import suture.plan.Hooks;
import suture.plan.PatchPlan;
import suture.plan.Planner;
import suture.plan.Threshold;
import suture.plan.UnitPlan;
import suture.report.PairReport;
import suture.target.linux.image.KernelImage;
import suture.target.linux.klp.KlpModule;
import suture.target.linux.klp.KlpModuleEmitter;
import suture.target.linux.klp.KlpUnit;
import suture.target.linux.klp.ModuleFacts;
import suture.target.linux.klp.PatchedFunction;
import suture.target.linux.runpre.UnitBindings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** From a source patch to a livepatch module: compile, diff, plan, match, emit. */
final class LinuxPipeline {
    private final KernelBaseline baseline;
    private final Request request;
    private final Path work;
    private final UnitBuilder builder;
    private final Stopwatch watch;
    private final Runnable meanwhile;
    private final Set<Finding> findings = new LinkedHashSet<>();
    private final Ahead<RunningKernel> running;
    private final Ahead<ElfObject> glue;

    /** Where the two forms of the code come from. */
    sealed interface Input {
        /** Sources, to be compiled. */
        record Sources(PatchedSources patched) implements Input {}

        /** Objects that somebody compiled, in two directories like the kernel's build directory. */
        record Objects(Path original, Path patched) implements Input {}
    }

    /**
     * What to build.
     *
     * @param name the module's name
     * @param input what changes
     * @param mismatch what another compiler than the kernel's does
     * @param stacking what becomes of patches that are loaded already
     * @param most how many functions may travel
     */
    record Request(
            String name,
            Input input,
            CompilerIdentity.Mismatch mismatch,
            ModuleFacts.Stacking stacking,
            int most) {}

    /**
     * What came out.
     *
     * @param outcome {@code changed}, {@code unchanged} or {@code refused}
     * @param pairs the verdicts
     * @param findings all that must be said
     * @param module the module's bytes; null unless the outcome is {@code changed}
     * @param functions the running functions that it replaces
     */
    record Output(
            String outcome,
            List<PairReport> pairs,
            List<Finding> findings,
            @Nullable Bytes module,
            List<PatchedFunction> functions) {}

    /** One compiled unit, its objects read. */
    record Compared(String unit, Owner owner, Ahead<Path> plain, ObjectDiff diff) {}

    private LinuxPipeline(
            KernelBaseline baseline,
            Request request,
            Path work,
            Progress progress,
            Stopwatch watch,
            Runnable meanwhile) {
        this.baseline = baseline;
        this.request = request;
        this.work = work;
        this.builder = new UnitBuilder(baseline.tree(), work, JobPool.ofCores(), progress);
        this.watch = watch;
        this.meanwhile = meanwhile;
        this.running = Ahead.later("running kernel", () -> RunningKernel.open(baseline));
        this.glue = Ahead.later("glue", this::compileGlue);
        if (request.input() instanceof Input.Sources(PatchedSources patched)) {
            findings.addAll(patched.findings());
        }
    }

    /**
     * Builds a module.
     *
     * @param meanwhile what else can be done while compilers run
     */
    static Output run(
            KernelBaseline baseline,
            Request request,
            Progress progress,
            Stopwatch watch,
            Runnable meanwhile)
            throws IOException {
        Path work = Files.createTempDirectory("suture-build");
        LinuxPipeline pipeline =
                new LinuxPipeline(baseline, request, work, progress, watch, meanwhile);
        try (UnitBuilder _ = pipeline.builder) {
            return pipeline.run();
        } finally {
            pipeline.glue.settle();
            Folders.delete(work);
        }
    }

    private Output run() throws IOException {
        if (refused()) {
            return output(List.of(), null, List.of());
        }
        CompilerIdentity made = baseline.tree().compiler();
        made.check(CompilerIdentity.local(made.program()), request.mismatch())
                .ifPresent(findings::add);
        Built built = refused() ? new Built(List.of(), List.of()) : pairs();
        findings.addAll(built.findings());
        watch.lap("compile");
        List<Compared> compared = new ArrayList<>();
        for (ObjectPair pair : built.pairs()) {
            compared.add(compare(pair));
        }
        List<PairReport> pairs =
                compared.stream()
                        .map(c -> new PairReport(c.unit, c.unit, c.diff, c.diff.findings()))
                        .toList();
        Threshold.check(compared.stream().map(Compared::diff).toList(), request.most())
                .ifPresent(findings::add);
        watch.lap("diff");
        List<Compared> changed = compared.stream().filter(c -> Planner.concerns(c.diff)).toList();
        PatchPlan plan =
                Planner.plan(
                        changed.stream()
                                .map(c ->
                                        new Planner.UnitDiff(
                                                c.unit, RunningKernel.name(c.owner), c.diff))
                                .toList(),
                        Hooks.LINUX,
                        this::sees);
        findings.addAll(plan.findings());
        watch.lap("plan");
        if (plan.units().isEmpty()) {
            return output(pairs, null, List.of());
        }
        KlpModule module = emit(plan, compared);
        return output(pairs, module == null ? null : module.content(), functions(module));
    }

    /** Modules use the kernel's names, and those of modules that they need. */
    private boolean sees(String owner, String other) {
        if (owner.equals(KernelImage.NAME)) {
            return false;
        }
        try {
            return other.equals(KernelImage.NAME) || running.get().needs(owner, other);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Built pairs() throws IOException {
        return switch (request.input()) {
            case Input.Sources(PatchedSources patched) ->
                    builder.build(patched.changes(), this::beginBesideCompilers);
            case Input.Objects(Path original, Path patched) ->
                    ObjectTrees.read(baseline.tree(), original, patched);
        };
    }

    private void beginBesideCompilers() {
        running.begin();
        glue.begin();
        meanwhile.run();
    }

    private static List<PatchedFunction> functions(@Nullable KlpModule module) {
        return module == null ? List.of() : module.functions();
    }

    private Compared compare(ObjectPair pair) throws IOException {
        ObjectDiff diff =
                Differ.diff(ElfReader.read(pair.original()), ElfReader.read(pair.patched()));
        // Without sources nobody knows which lines changed: there the verdicts stand alone.
        if (request.input() instanceof Input.Sources(PatchedSources patched)) {
            diff =
                    Explanation.of(
                            diff,
                            patched.roots(),
                            RunningKernel.name(pair.owner()).equals(KernelImage.NAME)
                                    ? Explanation.Part.OF_AN_IMAGE
                                    : Explanation.Part.OF_A_MODULE);
        }
        return new Compared(pair.unit().source(), pair.owner(), pair.plainOriginal(), diff);
    }

    /** Binds the plan to what runs and makes the module; null if something refuses. */
    private @Nullable KlpModule emit(PatchPlan plan, List<Compared> compared) throws IOException {
        RunningKernel kernel = running.get();
        List<KlpUnit> units = new ArrayList<>();
        RunningUnits runs = new RunningUnits(kernel, compared);
        for (UnitPlan unit : plan.units()) {
            UnitBindings bindings = runs.bindings(unit.original());
            findings.addAll(bindings.check(unit));
            units.add(
                    new KlpUnit(
                            unit,
                            bindings,
                            bindings::function,
                            module -> kernel.needs(unit.owner(), module)));
        }
        watch.lap("match");
        if (refused()) {
            return null;
        }
        KlpModule module =
                KlpModuleEmitter.emit(
                        units, facts(), kernel.exports()::named, (_, _) -> glue.get());
        findings.addAll(module.findings());
        watch.lap("emit");
        return module;
    }

    private ModuleFacts facts() throws IOException {
        return ModuleFacts.of(request.name(), running.get().image(), request.stacking());
    }

    /** The module's C says nothing of the patch, so it can be compiled beside the units. */
    private ElfObject compileGlue() throws IOException {
        String name = request.name();
        Path source = Files.writeString(work.resolve(name + ".c"), KlpModuleEmitter.glue(facts()));
        return ElfReader.read(
                new GlueCompiler(baseline.tree()).compile(source, name, work.resolve(name + ".o")));
    }

    private boolean refused() {
        return findings.stream().anyMatch(Finding::refuses);
    }

    private Output output(
            List<PairReport> pairs, @Nullable Bytes module, List<PatchedFunction> functions) {
        String outcome = refused() ? "refused" : module == null ? "unchanged" : "changed";
        return new Output(
                outcome,
                pairs,
                List.copyOf(findings),
                outcome.equals("changed") ? module : null,
                functions);
    }
}
