package suture.build.linux;

import org.jspecify.annotations.Nullable;

import suture.build.SourceChanges;
import suture.build.SourceView;
import suture.build.Unit;
import suture.build.linux.Dependents.Candidates;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the units that a patch reaches, and says what it changes that is in no unit. */
final class AffectedUnits {
    /** Files that a compiler reads, whatever reads them. */
    private static final Pattern CODE = Pattern.compile(".*\\.(?:[ch]|inc|def)");

    /** Files that have no part in a kernel, if no unit reads them. */
    private static final Pattern NO_KERNEL =
            Pattern.compile(
                    "(?:Documentation|samples|LICENSES|tools/(?!objtool/)[^/]+)/.*"
                            + "|(?:.*/)?(?:README|TODO|MAINTAINERS|CREDITS|COPYING|\\.[^/]+)"
                            + "|.*\\.(?:rst|txt|yaml)");

    private final KernelTree tree;
    private final UnitCompiler compiler;
    private final JobPool pool;
    private final Progress progress;
    private final int most;
    private final ConcurrentMap<Path, Path> real = new ConcurrentHashMap<>();
    private final TreeMap<String, Unit> units = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param most how many units a patch may reach
     */
    AffectedUnits(
            KernelTree tree, UnitCompiler compiler, JobPool pool, Progress progress, int most) {
        this.tree = tree;
        this.compiler = compiler;
        this.pool = pool;
        this.progress = progress;
        this.most = most;
    }

    /**
     * Plans the compilation of a patch.
     *
     * @param view the patched sources
     */
    BuildPlan plan(SourceChanges changes, SourceView view) throws IOException {
        findings.addAll(unsupported(tree.config()));
        Set<String> read = new TreeSet<>();
        for (String name : changes.files().keySet()) {
            List<Unit> own = tree.units().ofSource(name);
            own.forEach(unit -> units.put(unit.object(), unit));
            if (CODE.matcher(name).matches()) {
                read.add(name);
            } else if (own.isEmpty()) {
                findings.add(outside(name));
            }
        }
        Set<String> reached = new HashSet<>();
        if (!read.isEmpty()) {
            reached.addAll(readers(tree.dependents().of(read), read, view));
        }
        for (String name : read) {
            if (!reached.contains(name) && tree.units().ofSource(name).isEmpty()) {
                findings.add(
                        Finding.note(
                                "not-compiled",
                                name,
                                "",
                                "no unit of " + tree.release() + " reads this file"));
            }
        }
        units.values().forEach(this::checkSteps);
        return new BuildPlan(changes, list(true), list(false), findings);
    }

    /** Configurations in which one unit's object is not yet what runs. */
    private static List<Finding> unsupported(KernelConfig config) {
        return Stream.of("X86_KERNEL_IBT", "LTO_CLANG", "GCC_PLUGIN_LATENT_ENTROPY")
                .filter(config::has)
                .map(option ->
                        Finding.error(
                                "unsupported-configuration",
                                "CONFIG_" + option,
                                "",
                                "with this option the code of a unit gets its final form"
                                        + " only when the whole kernel is linked",
                                "Suture cannot rebuild units of this kernel one by one;"
                                        + " give objects that are final with --objects"))
                .toList();
    }

    private List<Unit> list(boolean compared) {
        return units.values().stream()
                .filter(unit -> compared == (unit.reachable() && !unit.isAssembler()))
                .toList();
    }

    /** Adds the units among the candidates that read a file; the files that any of them reads. */
    private Set<String> readers(Candidates candidates, Set<String> files, SourceView view)
            throws IOException {
        Set<String> reached = new HashSet<>();
        generated(candidates.generators(), view);
        boolean shared = files.stream().anyMatch(file -> tree.units().ofSource(file).isEmpty());
        List<Unit> open =
                candidates.units().stream()
                        .filter(unit -> shared || !units.containsKey(unit.object()))
                        .toList();
        if (open.isEmpty()) {
            return reached;
        }
        progress.begin("looking for units that read " + String.join(", ", files), open.size());
        boolean sparse = SourceView.mayBeSparse(tree.source(), view.changes());
        AtomicInteger reading = new AtomicInteger(units.size());
        List<Set<String>> reads =
                pool.map(
                        open,
                        progress,
                        unit -> {
                            if (candidates.certain() || reading.get() > most) {
                                return files;
                            }
                            Set<String> hits = hits(unit, files, sparse ? null : view);
                            reading.addAndGet(hits.isEmpty() ? 0 : 1);
                            return hits;
                        });
        for (int i = 0; i < open.size(); i++) {
            if (!reads.get(i).isEmpty()) {
                units.put(open.get(i).object(), open.get(i));
                reached.addAll(reads.get(i));
            }
        }
        if (units.size() > most) {
            findings.add(tooMany(files));
        }
        return reached;
    }

    /** Which of the files a unit reads, in a view or in the tree. */
    private Set<String> hits(Unit unit, Set<String> files, @Nullable SourceView view) {
        Set<String> hits = new HashSet<>();
        try {
            for (Path path : compiler.reads(unit, view)) {
                Path real = this.real.computeIfAbsent(path, AffectedUnits::real);
                Path root =
                        view == null || real.startsWith(tree.source())
                                ? tree.source()
                                : view.root();
                if (real.startsWith(root) && files.contains(root.relativize(real).toString())) {
                    hits.add(root.relativize(real).toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hits;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A header that is made by compiling something must not change. */
    private void generated(List<String> generators, SourceView view) {
        for (String source : generators) {
            Unit flags = tree.template(String.valueOf(Path.of(source).getParent()));
            if (!compiler.assembly(flags, source, null)
                    .equals(compiler.assembly(flags, source, view))) {
                findings.add(
                        Finding.error(
                                "changed-generated-header",
                                source,
                                "",
                                "the patch changes constants that Kbuild computes from this file"
                                        + " for assembler code, such as the layout of a structure",
                                "write the patch so that no structure used there is laid out"
                                        + " anew"));
            }
        }
    }

    private void checkSteps(Unit unit) {
        for (List<String> step : unit.command().steps()) {
            if (!KbuildOutput.isKnown(step)) {
                findings.add(
                        Finding.error(
                                "unknown-build-step",
                                unit.object(),
                                "",
                                "Kbuild treats this object with \""
                                        + String.join(" ", step)
                                        + "\", which Suture cannot repeat",
                                "build the two objects with Kbuild and use --objects"));
            }
        }
    }

    private static Finding outside(String name) {
        if (NO_KERNEL.matcher(name).matches()) {
            return Finding.note("not-kernel-code", name, "", "this file is no part of a kernel");
        }
        return Finding.error(
                name.endsWith(".S") ? "changed-assembler-source" : "changed-build-input",
                name,
                "",
                "the patch changes a file that is not C; what it does to the kernel is not known",
                "take this file out of the patch if the rest does not need it");
    }

    private Finding tooMany(Set<String> files) {
        List<String> some =
                units.keySet().stream().sorted(Comparator.naturalOrder()).limit(3).toList();
        return Finding.error(
                "too-many-units",
                String.join(", ", files),
                "",
                "at least " + most + " units read it (" + String.join(", ", some) + ", ...)",
                "move the change into the .c files that need it, or allow more with --max-units");
    }
}
