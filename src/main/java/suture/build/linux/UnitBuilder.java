package suture.build.linux;

import suture.build.ObjectPair;
import suture.build.SourceChanges;
import suture.build.SourceView;
import suture.build.Unit;
import suture.build.linux.UnitCompiler.Flavour;
import suture.bytes.FormatException;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Compiles what a patch reaches: source changes in, object pairs out. */
public final class UnitBuilder {
    private static final int MOST = 400;

    private final KernelTree tree;
    private final Path work;
    private final JobPool pool;
    private final Progress progress;
    private final int most;
    private final UnitCompiler compiler;

    /**
     * @param work a directory of this run, for views and objects
     */
    public UnitBuilder(KernelTree tree, Path work, JobPool pool, Progress progress) {
        this(tree, work, pool, progress, MOST);
    }

    /** The same with another limit on the number of units. */
    public UnitBuilder(KernelTree tree, Path work, JobPool pool, Progress progress, int most) {
        this.tree = tree;
        this.work = work.toAbsolutePath();
        this.pool = pool;
        this.progress = progress;
        this.most = most;
        this.compiler = new UnitCompiler(tree);
    }

    /** Finds what has to be compiled, and compiles it unless the patch is refused. */
    public Built build(SourceChanges changes) throws IOException {
        Files.createDirectories(work);
        for (String own : List.of("view", "full-view", "plain", "original", "patched")) {
            Trees.delete(work.resolve(own));
        }
        SourceView view = view(changes);
        BuildPlan plan = new AffectedUnits(tree, pool, progress, most).plan(changes, view);
        if (plan.refused()) {
            return new Built(List.of(), plan.findings());
        }
        return compile(plan, view);
    }

    private SourceView view(SourceChanges changes) throws IOException {
        return SourceView.mayBeSparse(tree.source(), changes)
                ? SourceView.sparse(tree.source(), work.resolve("view"), changes)
                : SourceView.full(tree.source(), work.resolve("view"), changes);
    }

    private enum Kind {
        PLAIN,
        ORIGINAL,
        PATCHED,
        GUARD
    }

    private record Job(Unit unit, Kind kind) {}

    private Built compile(BuildPlan plan, SourceView view) throws IOException {
        List<Job> jobs = new ArrayList<>();
        for (Unit unit : plan.units()) {
            for (Kind kind : List.of(Kind.PATCHED, Kind.ORIGINAL, Kind.PLAIN)) {
                jobs.add(new Job(unit, kind));
            }
        }
        plan.guards().forEach(unit -> jobs.add(new Job(unit, Kind.GUARD)));
        progress.begin("compiling", jobs.size());
        Leaks leaks = new Leaks(Collections.synchronizedList(new ArrayList<>()));
        List<Path> objects = pool.map(jobs, progress, job -> run(job, view, leaks));
        if (!leaks.units().isEmpty()) {
            again(leaks.units(), plan.changes());
        }
        return collect(plan, jobs, objects);
    }

    /** Units for which a sparse view did not hold. */
    private record Leaks(List<Job> units) {}

    private Path run(Job job, SourceView view, Leaks leaks) {
        try {
            Unit unit = job.unit();
            return switch (job.kind()) {
                case PLAIN -> original(unit, Flavour.PLAIN, "plain");
                case ORIGINAL -> original(unit, Flavour.SECTIONS, "original");
                case PATCHED, GUARD -> {
                    if (job.kind() == Kind.GUARD) {
                        original(unit, Flavour.PLAIN, "plain");
                    }
                    Path object = place("patched", unit);
                    Set<Path> read = compiler.compile(unit, flavour(job), view, object);
                    if (!view.leaks(read).isEmpty()) {
                        leaks.units().add(job);
                    }
                    yield object;
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Flavour flavour(Job job) {
        return job.kind() == Kind.GUARD ? Flavour.PLAIN : Flavour.SECTIONS;
    }

    /** Compiles in a full view what left the sparse one. */
    private void again(List<Job> jobs, SourceChanges changes) throws IOException {
        SourceView full = SourceView.full(tree.source(), work.resolve("full-view"), changes);
        for (Job job : jobs) {
            Path object = place("patched", job.unit());
            List<String> leaks =
                    full.leaks(compiler.compile(job.unit(), flavour(job), full, object));
            if (!leaks.isEmpty()) {
                throw new FormatException(
                        job.unit().source(),
                        "",
                        -1,
                        "a unit that reads the patched " + String.join(", ", leaks),
                        "one that reads the original through a link or an absolute name");
            }
        }
    }

    private Built collect(BuildPlan plan, List<Job> jobs, List<Path> objects) throws IOException {
        List<ObjectPair> pairs = new ArrayList<>();
        for (int i = 0; i < 3 * plan.units().size(); i += 3) {
            Path patched = objects.get(i);
            Path original = objects.get(i + 1);
            Path plain = objects.get(i + 2);
            Unit unit = jobs.get(i).unit();
            unit.owners()
                    .forEach(owner ->
                            pairs.add(new ObjectPair(unit, owner, plain, original, patched)));
        }
        List<Finding> findings = new ArrayList<>(plan.findings());
        for (Unit guard : plan.guards()) {
            Path before = original(guard, Flavour.PLAIN, "plain");
            if (Files.mismatch(before, place("patched", guard)) >= 0) {
                findings.add(OutOfReach.of(guard).finding(guard));
            }
        }
        return new Built(pairs, findings);
    }

    /** The original object: from the store if it is there, otherwise compiled and stored. */
    private Path original(Unit unit, Flavour flavour, String kind) throws IOException {
        Path store = tree.objects();
        if (store == null) {
            Path object = place(kind, unit);
            if (!Files.exists(object)) {
                compiler.compile(unit, flavour, null, object);
            }
            return object;
        }
        Path kept = store.resolve(ObjectKey.of(tree, compiler.identity(unit, flavour)) + ".o");
        if (!Files.exists(kept)) {
            Files.createDirectories(store);
            Path object = place(kind, unit);
            compiler.compile(unit, flavour, null, object);
            ObjectKey.keep(object, kept);
        }
        return kept;
    }

    private Path place(String kind, Unit unit) throws IOException {
        Path object = work.resolve(kind).resolve(unit.object());
        Files.createDirectories(object.getParent());
        return object;
    }
}
