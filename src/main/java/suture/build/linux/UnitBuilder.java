package suture.build.linux;

import suture.build.ObjectPair;
import suture.build.PatchHeaders;
import suture.build.SourceChanges;
import suture.build.SourceView;
import suture.build.Unit;
import suture.build.linux.UnitCompiler.Flavour;
import suture.bytes.FormatException;
import suture.exec.Ahead;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.ToolFailure;
import suture.finding.Finding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Compiles what a patch reaches: source changes in, object pairs out. What is only needed once the
 * pairs have been compared goes on being compiled until the builder is closed.
 */
public final class UnitBuilder implements AutoCloseable {
    private static final int MOST = 400;

    private final KernelTree tree;
    private final Path work;
    private final JobPool pool;
    private final Progress progress;
    private final int most;
    private final UnitCompiler compiler;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Ahead<Boolean> later = Ahead.known(true);

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
        this.compiler = new UnitCompiler(tree, this.work.resolve("headers"));
    }

    /** Finds what has to be compiled, and compiles it unless the patch is refused. */
    public Built build(SourceChanges changes) throws IOException {
        return build(changes, () -> {});
    }

    /**
     * The same with something to begin once a compiler is about to run: what is begun earlier takes
     * the processor from what that waits for.
     */
    public Built build(SourceChanges changes, Runnable meanwhile) throws IOException {
        later.settle();
        Files.createDirectories(work);
        for (String own : List.of("view", "full-view", "plain", "original", "patched")) {
            Trees.delete(work.resolve(own));
        }
        PatchHeaders.write(work.resolve("headers"));
        SourceView view = view(changes);
        Ahead<BuildPlan> planned =
                Ahead.later(
                        "affected units",
                        () ->
                                new AffectedUnits(tree, compiler, pool, progress, most)
                                        .plan(changes, view));
        Compiled objects =
                new Compiled(
                        view,
                        () -> {
                            planned.begin();
                            meanwhile.run();
                        });
        try {
            objects.compile(compared(sources(changes)));
        } catch (ToolFailure | UncheckedIOException e) {
            if (!planned.get().refused()) {
                throw e;
            }
        }
        BuildPlan plan = planned.get();
        if (plan.refused()) {
            return new Built(List.of(), plan.findings());
        }
        List<Job> jobs = compared(plan.units());
        plan.guards().forEach(unit -> jobs.add(new Job(unit, Kind.GUARD)));
        objects.compile(jobs);
        objects.again(changes);
        return collect(plan, objects);
    }

    /**
     * The units whose source is in the patch: whatever else it reaches, these must be compiled, and
     * that need not wait until the rest is known.
     */
    private List<Unit> sources(SourceChanges changes) {
        return changes.files().keySet().stream()
                .flatMap(name -> tree.units().ofSource(name).stream())
                .filter(unit -> unit.reachable() && !unit.isAssembler())
                .filter(unit -> unit.command().steps().stream().allMatch(KbuildOutput::isKnown))
                .distinct()
                .limit(most)
                .toList();
    }

    private SourceView view(SourceChanges changes) throws IOException {
        return SourceView.mayBeSparse(tree.source(), changes)
                ? SourceView.sparse(tree.source(), work.resolve("view"), changes)
                : SourceView.full(tree.source(), work.resolve("view"), changes);
    }

    private enum Kind {
        ORIGINAL,
        PATCHED,
        GUARD
    }

    private record Job(Unit unit, Kind kind) {}

    private static List<Job> compared(List<Unit> units) {
        List<Job> jobs = new ArrayList<>();
        for (Unit unit : units) {
            for (Kind kind : List.of(Kind.PATCHED, Kind.ORIGINAL)) {
                jobs.add(new Job(unit, kind));
            }
        }
        return jobs;
    }

    /** What was compiled so far. */
    private final class Compiled {
        private final SourceView view;
        private final Runnable meanwhile;
        private final Map<Job, Path> made = new HashMap<>();

        /** Units for which a sparse view did not hold. */
        private final List<Job> leaks = Collections.synchronizedList(new ArrayList<>());

        Compiled(SourceView view, Runnable meanwhile) {
            this.view = view;
            this.meanwhile = meanwhile;
        }

        /** Compiles what is not there yet. */
        void compile(List<Job> jobs) {
            List<Job> left = jobs.stream().filter(job -> !made.containsKey(job)).toList();
            if (left.isEmpty()) {
                return;
            }
            progress.begin("compiling", left.size());
            List<Path> objects = pool.map(left, progress, this::run);
            for (int i = 0; i < left.size(); i++) {
                made.put(left.get(i), objects.get(i));
            }
        }

        private Path run(Job job) {
            try {
                Unit unit = job.unit();
                return switch (job.kind()) {
                    case ORIGINAL -> original(unit, Flavour.SECTIONS, "original");
                    case PATCHED, GUARD -> {
                        if (job.kind() == Kind.GUARD) {
                            original(unit, Flavour.PLAIN, "plain");
                        }
                        Path object = place("patched", unit);
                        meanwhile.run();
                        Set<Path> read = compiler.compile(unit, flavour(job), view, object);
                        if (!view.leaks(read).isEmpty()) {
                            leaks.add(job);
                        }
                        yield object;
                    }
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Path of(Unit unit, Kind kind) {
            return Objects.requireNonNull(made.get(new Job(unit, kind)));
        }

        /** Compiles in a full view what left the sparse one. */
        void again(SourceChanges changes) throws IOException {
            if (leaks.isEmpty()) {
                return;
            }
            SourceView full = SourceView.full(tree.source(), work.resolve("full-view"), changes);
            for (Job job : leaks) {
                Path object = place("patched", job.unit());
                List<String> left =
                        full.leaks(compiler.compile(job.unit(), flavour(job), full, object));
                if (!left.isEmpty()) {
                    throw new FormatException(
                            job.unit().source(),
                            "",
                            -1,
                            "a unit that reads the patched " + String.join(", ", left),
                            "one that reads the original through a link or an absolute name");
                }
            }
        }
    }

    private static Flavour flavour(Job job) {
        return job.kind() == Kind.GUARD ? Flavour.PLAIN : Flavour.SECTIONS;
    }

    private Built collect(BuildPlan plan, Compiled objects) throws IOException {
        List<ObjectPair> pairs = new ArrayList<>();
        List<Ahead<Path>> wanted = new ArrayList<>();
        for (Unit unit : plan.units()) {
            Ahead<Path> plain =
                    Ahead.later("plain original", () -> original(unit, Flavour.PLAIN, "plain"));
            Path original = objects.of(unit, Kind.ORIGINAL);
            Path patched = objects.of(unit, Kind.PATCHED);
            unit.owners()
                    .forEach(owner ->
                            pairs.add(new ObjectPair(unit, owner, plain, original, patched)));
            if (Files.mismatch(original, patched) >= 0) {
                wanted.add(plain);
            }
        }
        later = Ahead.of("plain originals", () -> compileLater(wanted));
        List<Finding> findings = new ArrayList<>(plan.findings());
        for (Unit guard : plan.guards()) {
            Path before = original(guard, Flavour.PLAIN, "plain");
            if (Files.mismatch(before, place("patched", guard)) >= 0) {
                findings.add(OutOfReach.of(guard).finding(guard));
            }
        }
        return new Built(pairs, findings);
    }

    /** Nobody need ask for those of units that came out the same. */
    private boolean compileLater(List<Ahead<Path>> objects) {
        pool.map(objects, Progress.SILENT, object -> closed.get() || exists(object));
        return true;
    }

    private static boolean exists(Ahead<Path> object) {
        try {
            return Files.exists(object.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins nothing more, and waits for what has begun. */
    @Override
    public void close() {
        closed.set(true);
        later.settle();
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
