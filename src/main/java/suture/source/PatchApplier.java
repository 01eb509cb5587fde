package suture.source;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;

import java.util.ArrayList;
import java.util.List;

/** Applies a patch exactly where it says, or says where it does not apply. */
public final class PatchApplier {
    private final SourcePatch patch;
    private final SourceTree tree;
    private final int strip;
    private final List<AppliedPatch.Change> files = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private PatchApplier(SourcePatch patch, SourceTree tree, int strip) {
        this.patch = patch;
        this.tree = tree;
        this.strip = strip;
    }

    /** Applies the patch; the number of leading folders to strip follows from the tree. */
    public static AppliedPatch apply(SourcePatch patch, SourceTree tree) {
        return new PatchApplier(patch, tree, strip(patch, tree)).run();
    }

    /** The level at which most original files exist, the smallest of these; 1 if none exists. */
    private static int strip(SourcePatch patch, SourceTree tree) {
        int best = 1;
        long most = 0;
        for (int level : new int[] {1, 0, 2, 3}) {
            long found =
                    patch.files().stream()
                            .map(FilePatch::original)
                            .filter(path ->
                                    path != null && tree.text(stripped(path, level)) != null)
                            .count();
            if (found > most) {
                most = found;
                best = level;
            }
        }
        return best;
    }

    private static String stripped(String path, int level) {
        String rest = path;
        for (int i = 0; i < level; i++) {
            rest = rest.substring(rest.indexOf('/') + 1);
        }
        return rest;
    }

    private AppliedPatch run() {
        for (FilePatch file : patch.files()) {
            apply(file);
        }
        return new AppliedPatch(List.copyOf(files), List.copyOf(findings));
    }

    private @Nullable String stripped(@Nullable String path) {
        return path == null ? null : stripped(path, strip);
    }

    private void apply(FilePatch file) {
        String from = stripped(file.original());
        String to = stripped(file.patched());
        String text = from == null ? "" : tree.text(from);
        if (from == null && to != null && tree.text(to) != null) {
            refuse(file, to, 0, "the patch creates it, but it exists", file.at());
            return;
        }
        if (text == null) {
            refuse(file, String.valueOf(from), 0, "there is no such file in the source", file.at());
            return;
        }
        Script script = script(file, String.valueOf(from), text);
        if (script == null) {
            return;
        }
        if (to == null && !script.patched().isEmpty()) {
            refuse(
                    file,
                    String.valueOf(from),
                    0,
                    "the patch deletes it, but lines remain",
                    file.at());
            return;
        }
        files.add(new AppliedPatch.Change(from, to, script));
    }

    private @Nullable Script script(FilePatch file, String path, String text) {
        List<String> lines = PatchParser.lines(text);
        List<Script.Line> all = new ArrayList<>();
        int before = findings.size();
        int at = 0;
        for (Hunk hunk : file.hunks()) {
            int start = hunk.oldCount() == 0 ? hunk.oldStart() : hunk.oldStart() - 1;
            if (start < at || start > lines.size()) {
                refuse(
                        file,
                        path,
                        hunk.oldStart(),
                        "the hunk starts outside of the file's " + lines.size() + " lines",
                        hunk.at());
                continue;
            }
            int wrong = mismatch(lines, start, hunk, Script.Edit.ADDED);
            if (wrong >= 0) {
                refuseHunk(file, path, lines, hunk, start + wrong);
                continue;
            }
            keep(lines.subList(at, start), all);
            all.addAll(hunk.lines());
            at = start + hunk.oldCount();
        }
        keep(lines.subList(at, lines.size()), all);
        return findings.size() > before ? null : new Script(List.copyOf(all));
    }

    private static void keep(List<String> lines, List<Script.Line> to) {
        lines.forEach(line -> to.add(new Script.Line(Script.Edit.KEPT, line)));
    }

    /** Index of the hunk's first line that is not in the file there, -1 if all are. */
    private static int mismatch(List<String> lines, int start, Hunk hunk, Script.Edit without) {
        int i = 0;
        for (Script.Line line : hunk.lines()) {
            if (line.edit() != without) {
                if (start + i >= lines.size() || !lines.get(start + i).equals(line.text())) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    private void refuseHunk(FilePatch file, String path, List<String> lines, Hunk hunk, int line) {
        if (hunk.newCount() > 0
                && mismatch(lines, hunk.newStart() - 1, hunk, Script.Edit.REMOVED) < 0) {
            findings.add(
                    Finding.error(
                            "patch-already-applied",
                            file.name(),
                            path + ":" + hunk.newStart(),
                            "the source has the patched lines already",
                            "give the source of what is running, not the fixed one"));
            return;
        }
        for (int start = 0; start + hunk.oldCount() <= lines.size(); start++) {
            if (mismatch(lines, start, hunk, Script.Edit.ADDED) < 0) {
                refuse(
                        file,
                        path,
                        line + 1,
                        "the hunk's lines stand at line " + (start + 1) + " instead",
                        hunk.at());
                return;
            }
        }
        String found = line < lines.size() ? lines.get(line).strip() : "the end of the file";
        refuse(file, path, line + 1, "the hunk does not match here: \"" + found + "\"", hunk.at());
    }

    private void refuse(FilePatch file, String path, int line, String message, int at) {
        findings.add(
                Finding.error(
                        "patch-does-not-apply",
                        file.name(),
                        (line > 0 ? path + ":" + line : path) + " (line " + at + " of the patch)",
                        message,
                        "make the patch for exactly this source: nothing is applied with fuzz or at"
                                + " an offset"));
    }
}
