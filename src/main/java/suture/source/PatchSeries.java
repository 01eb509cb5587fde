package suture.source;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.source.Script.Edit;
import suture.source.Script.Line;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Several patches, one on top of the other, as one change of a source tree. */
public final class PatchSeries {
    private final SourceTree tree;
    private final Map<String, PatchedFile> files = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private PatchSeries(SourceTree tree) {
        this.tree = tree;
    }

    /**
     * What a series makes of one file.
     *
     * @param path in the tree, with forward slashes
     * @param existed whether it is in the original tree
     * @param exists whether it is in the patched tree
     * @param script all its lines
     */
    public record PatchedFile(String path, boolean existed, boolean exists, Script script) {
        /** The patched text, line-neutral where a C preprocessor reads it and it existed before. */
        public String neutralText() {
            boolean plain = !existed || !exists || !Neutraliser.concerns(path);
            return (plain ? script : Neutraliser.neutralise(script)).patched();
        }
    }

    /**
     * The whole change.
     *
     * @param files by path
     * @param findings why it does not apply; empty if it does
     */
    public record Result(List<PatchedFile> files, List<Finding> findings) {}

    /** Applies the patches in order. */
    public static Result apply(List<SourcePatch> patches, SourceTree tree) {
        PatchSeries series = new PatchSeries(tree);
        for (SourcePatch patch : patches) {
            AppliedPatch applied = PatchApplier.apply(patch, series.new Now());
            series.findings.addAll(applied.findings());
            applied.files().forEach(series::add);
        }
        return new Result(List.copyOf(series.files.values()), List.copyOf(series.findings));
    }

    /** The tree as the patches so far leave it. */
    private final class Now implements SourceTree {
        @Override
        public @Nullable String text(String path) {
            PatchedFile file = files.get(path);
            if (file == null) {
                return tree.text(path);
            }
            return file.exists ? file.script.patched() : null;
        }

        @Override
        public boolean holds(String path) {
            return tree.holds(path);
        }
    }

    private void add(AppliedPatch.Change change) {
        String from = change.original();
        String to = change.patched();
        if (from != null && from.equals(to)) {
            put(from, true, change.script());
            return;
        }
        if (from != null) {
            put(from, false, Script.all(change.script().original(), Edit.REMOVED));
        }
        if (to != null) {
            put(to, true, Script.all(change.script().patched(), Edit.ADDED));
        }
    }

    private void put(String path, boolean exists, Script script) {
        PatchedFile before = files.get(path);
        boolean existed = before == null ? tree.text(path) != null : before.existed;
        Script whole = before == null ? script : join(before.script, script);
        files.put(path, new PatchedFile(path, existed, exists, whole));
    }

    /** The first script, then the second: what the first leaves is what the second starts from. */
    private static Script join(Script first, Script second) {
        List<Line> lines = new ArrayList<>();
        Iterator<Line> next = second.lines().iterator();
        for (Line line : first.lines()) {
            if (line.edit() == Edit.REMOVED) {
                lines.add(line);
                continue;
            }
            Line then = next.next();
            while (then.edit() == Edit.ADDED) {
                lines.add(then);
                then = next.next();
            }
            if (then.edit() == Edit.KEPT) {
                lines.add(line);
            } else if (line.edit() == Edit.KEPT) {
                lines.add(then);
            }
        }
        next.forEachRemaining(lines::add);
        return new Script(List.copyOf(lines));
    }
}
