package suture.build.xen;

import org.jspecify.annotations.Nullable;

import suture.build.ObjectPair;
import suture.build.PatchHeaders;
import suture.build.SourceChanges;
import suture.build.SourceChanges.Change;
import suture.build.SourceView;
import suture.build.Unit;
import suture.build.xen.XenCompiler.Flavour;
import suture.bytes.FormatException;
import suture.elf.ElfReader;
import suture.exec.Ahead;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compiles what a patch of a hypervisor reaches: source changes in, object pairs out. */
public final class XenUnitBuilder {
    private static final String BELOW = "xen/";

    private final XenTree tree;
    private final Path work;
    private final JobPool pool;
    private final Progress progress;
    private final XenCompiler compiler;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<SourceView, SourceView> full = new HashMap<>();

    /**
     * @param work an empty directory of this run, for views and objects
     */
    public XenUnitBuilder(XenTree tree, Path work, JobPool pool, Progress progress)
            throws IOException {
        this.tree = tree;
        this.work = work.toRealPath();
        this.pool = pool;
        this.progress = progress;
        this.compiler = new XenCompiler(tree, PatchHeaders.write(this.work.resolve("headers")));
    }

    /**
     * What came out.
     *
     * @param pairs the objects, in the order of their units; none if the patch is refused
     * @param findings what is to be said
     */
    public record Built(List<ObjectPair> pairs, List<Finding> findings) {}

    /**
     * Compiles what lies between two states of the source.
     *
     * @param before what the running code was made of, as changes of the tree; empty unless it is
     *     patched already
     * @param after what it is to become, as changes of the tree
     */
    public Built build(SourceChanges before, SourceChanges after) throws IOException {
        SourceChanges old = hypervisor(before, false);
        SourceChanges patched = hypervisor(after, true);
        SourceView view = view(patched, "patched-view");
        SourceView base = old.files().isEmpty() ? null : view(old, "original-view");
        AffectedXenUnits.Plan plan = new AffectedXenUnits(tree, view).plan(patched);
        findings.addAll(plan.findings());
        if (plan.refused()) {
            return new Built(List.of(), List.copyOf(findings));
        }
        List<ObjectPair> pairs = compile(plan, base, view);
        return new Built(pairs, List.copyOf(findings));
    }

    /** The changes below the directory {@code xen}; all others are no part of the hypervisor. */
    private SourceChanges hypervisor(SourceChanges changes, boolean told) {
        TreeMap<String, Change> own = new TreeMap<>();
        changes.files()
                .forEach((path, change) -> {
                    if (path.startsWith(BELOW)) {
                        own.put(path.substring(BELOW.length()), change);
                    } else if (told) {
                        findings.add(
                                Finding.note(
                                        "not-hypervisor-code",
                                        path,
                                        "",
                                        "this file is no part of the hypervisor"));
                    }
                });
        return new SourceChanges(own);
    }

    private SourceView view(SourceChanges changes, String name) throws IOException {
        return SourceView.mayBeSparse(tree.source(), changes)
                ? SourceView.sparse(tree.source(), work.resolve(name), changes)
                : SourceView.full(tree.source(), work.resolve(name), changes);
    }

    private enum Kind {
        PLAIN,
        ORIGINAL,
        PATCHED,
        GUARD
    }

    private record Job(Unit unit, Kind kind) {}

    private List<ObjectPair> compile(
            AffectedXenUnits.Plan plan, @Nullable SourceView base, SourceView view)
            throws IOException {
        List<Job> jobs = new ArrayList<>();
        for (Unit unit : plan.units()) {
            jobs.add(new Job(unit, Kind.PATCHED));
            jobs.add(new Job(unit, Kind.ORIGINAL));
            if (base != null || !XenTree.splits(unit)) {
                jobs.add(new Job(unit, Kind.PLAIN));
            }
        }
        plan.guards().forEach(unit -> jobs.add(new Job(unit, Kind.GUARD)));
        progress.begin("compiling", jobs.size());
        pool.map(
                jobs,
                progress,
                job -> {
                    try {
                        return run(job, base, view);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        for (Unit guard : plan.guards()) {
            guard(guard);
        }
        List<ObjectPair> pairs = new ArrayList<>();
        for (Unit unit : plan.units()) {
            Path original = place("original", unit);
            Path plain = jobs.contains(new Job(unit, Kind.PLAIN)) ? place("plain", unit) : original;
            pairs.add(
                    new ObjectPair(
                            unit,
                            unit.owners().getFirst(),
                            Ahead.known(plain),
                            original,
                            place("patched", unit)));
        }
        return pairs;
    }

    private Path run(Job job, @Nullable SourceView base, SourceView view) throws IOException {
        Unit unit = job.unit();
        return switch (job.kind()) {
            case PLAIN -> {
                Path object = place("plain", unit);
                compiler.compile(
                        unit,
                        XenTree.splits(unit) ? Flavour.SECTIONS : Flavour.PLAIN,
                        null,
                        object);
                yield object;
            }
            case ORIGINAL -> compile(unit, Flavour.SECTIONS, base, place("original", unit));
            case PATCHED -> compile(unit, Flavour.SECTIONS, view, place("patched", unit));
            case GUARD -> {
                compile(unit, Flavour.PLAIN, base, place("plain", unit));
                yield compile(unit, Flavour.PLAIN, view, place("patched", unit));
            }
        };
    }

    /**
     * Compiles a unit; once more where a sparse view did not hold: {@code compat/kernel.c} includes
     * {@code ../kernel.c}.
     */
    private Path compile(Unit unit, Flavour flavour, @Nullable SourceView view, Path object)
            throws IOException {
        Set<Path> read = compiler.compile(unit, flavour, view, object);
        if (view == null || view.leaks(read).isEmpty()) {
            return object;
        }
        SourceView full = full(view);
        List<String> leaks = full.leaks(compiler.compile(unit, flavour, full, object));
        if (!leaks.isEmpty()) {
            throw new FormatException(
                    unit.source(),
                    "",
                    -1,
                    "a unit that reads the patched " + String.join(", ", leaks),
                    "one that reads the original through a link or an absolute name");
        }
        return object;
    }

    private synchronized SourceView full(SourceView sparse) throws IOException {
        SourceView known = full.get(sparse);
        if (known == null) {
            Path root = Path.of(sparse.root() + "-full");
            known = SourceView.full(tree.source(), root, sparse.changes());
            full.put(sparse, known);
        }
        return known;
    }

    private void guard(Unit unit) throws IOException {
        Path before = place("plain", unit);
        if (Files.mismatch(before, place("patched", unit)) < 0) {
            return;
        }
        boolean assembler = unit.isAssembler() && XenTree.hasCode(ElfReader.read(before));
        findings.add(
                Finding.error(
                        assembler ? "changed-assembler-unit" : "changed-outside-image",
                        "xen/" + unit.source(),
                        "",
                        "the patch changes the code of "
                                + unit.object()
                                + (unit.isAssembler()
                                        ? ", which is assembler and has no functions to replace"
                                        : ", which is not linked into xen-syms by its name"),
                        "take the change out of the patch if the rest does not need it"));
    }

    private Path place(String kind, Unit unit) {
        return work.resolve(kind).resolve(unit.object());
    }
}
