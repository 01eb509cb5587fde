package suture.source;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Applies a patch exactly where it says, or says where it does not apply. */
public final class PatchApplier {
    /** So many findings say where else a hunk would match; a search goes over the whole file. */
    private static final int SEARCHES = 20;

    private final SourcePatch patch;
    private final SourceTree tree;
    private final int strip;
    private final List<AppliedPatch.Change> files = new ArrayList<>();

    /** What the files are by now that the patch has been at; nothing for those that are gone. */
    private final Map<String, Optional<String>> texts = new HashMap<>();

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
                                    path != null && text(tree, stripped(path, level)) != null)
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

    /** Whether a path leads to one place below where it starts, and is the only one to do so. */
    private static boolean plain(String path) {
        return !path.isEmpty()
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    private boolean inside(String path) {
        return plain(path) && tree.holds(path);
    }

    private static @Nullable String text(SourceTree tree, String path) {
        return plain(path) ? tree.text(path) : null;
    }

    private @Nullable String text(String path) {
        Optional<String> now = texts.get(path);
        return now == null ? text(tree, path) : now.orElse(null);
    }

    private AppliedPatch run() {
        for (FilePatch file : patch.files()) {
            String from = stripped(file.original());
            String to = stripped(file.patched());
            if ((from == null || inside(from)) && (to == null || inside(to))) {
                if (file.fate() == FilePatch.Fate.UNSAID && from != null && to != null) {
                    String same = text(to) == null ? from : to;
                    apply(file, text(from) == null ? same : from, same);
                } else {
                    apply(file, from, to);
                }
            } else {
                findings.add(
                        Finding.error(
                                "patch-outside-tree",
                                file.name(),
                                "line " + file.at() + " of the patch",
                                "the path leads out of the source tree, or through a symbolic link",
                                "make the patch with paths of files from the tree's top"));
            }
        }
        return new AppliedPatch(List.copyOf(files), List.copyOf(findings));
    }

    private @Nullable String stripped(@Nullable String path) {
        return path == null ? null : stripped(path, strip);
    }

    private void apply(FilePatch file, @Nullable String from, @Nullable String to) {
        String text = from == null ? "" : text(from);
        if (to != null && !to.equals(from) && text(to) != null) {
            refuse(file, to, 0, "the patch creates it, but it exists", file.at());
            return;
        }
        if (text == null) {
            String message = "there is no such file in the source";
            refuse(file, String.valueOf(from), 0, message, file.at());
            return;
        }
        Script script = script(file, String.valueOf(from), text);
        if (script == null) {
            return;
        }
        if (to == null && !script.patched().isEmpty()) {
            String message = "the patch deletes it, but lines remain";
            refuse(file, String.valueOf(from), 0, message, file.at());
            return;
        }
        boolean copy = file.fate() == FilePatch.Fate.COPIED && to != null && !to.equals(from);
        if (from != null && !copy) {
            texts.put(from, Optional.empty());
        }
        if (to != null) {
            texts.put(to, Optional.of(script.patched()));
        }
        files.add(
                copy
                        ? new AppliedPatch.Change(
                                null, to, Script.all(script.patched(), Script.Edit.ADDED))
                        : new AppliedPatch.Change(from, to, script));
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
        if (findings.size() == before && cut(all)) {
            String message = "the patch adds something behind a line without a line feed";
            refuse(file, path, 0, message, file.at());
        }
        return findings.size() > before ? null : new Script(List.copyOf(all));
    }

    /** Whether a line of the patched file that is not its last one lacks its end. */
    private static boolean cut(List<Script.Line> lines) {
        boolean open = false;
        for (Script.Line line : lines) {
            if (line.edit() != Script.Edit.REMOVED) {
                if (open) {
                    return true;
                }
                open = !line.text().endsWith("\n");
            }
        }
        return false;
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
                && hunk.newStart() > 0
                && hunk.newStart() <= lines.size()
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
        int start = findings.size() < SEARCHES ? LineSearch.find(hunk, lines) : -1;
        if (start >= 0) {
            String message = "the hunk's lines stand at line " + (start + 1) + " instead";
            refuse(file, path, line + 1, message, hunk.at());
            return;
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
