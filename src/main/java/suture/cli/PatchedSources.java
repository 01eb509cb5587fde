package suture.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import suture.build.SourceChanges;
import suture.bytes.Bytes;
import suture.finding.Finding;
import suture.impact.Edits;
import suture.impact.Roots;
import suture.source.PatchSeries;
import suture.source.Script;
import suture.source.SourcePatch;
import suture.source.SourceTree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a source tree's files become by patches, line-neutral.
 *
 * @param changes the files
 * @param findings why the patches do not apply; empty if they do
 * @param edits the lines that change
 */
record PatchedSources(SourceChanges changes, List<Finding> findings, Edits edits) {
    static PatchedSources of(Path tree, List<Path> patches) throws IOException {
        List<SourcePatch> series = new ArrayList<>();
        for (Path patch : patches) {
            series.add(SourcePatch.read(patch));
        }
        return ofSeries(tree, series);
    }

    /** The same for patches that have been read. */
    static PatchedSources ofSeries(Path tree, List<SourcePatch> series) {
        PatchSeries.Result result = PatchSeries.apply(series, SourceTree.of(tree));
        TreeMap<String, SourceChanges.Change> files = new TreeMap<>();
        Edits edits = new Edits();
        for (PatchSeries.PatchedFile file : result.files()) {
            files.put(
                    file.path(),
                    file.exists()
                            ? new SourceChanges.Change.Content(
                                    Bytes.of(file.neutralText().getBytes(ISO_8859_1)))
                            : new SourceChanges.Change.Deleted());
            edit(edits, file);
        }
        return new PatchedSources(new SourceChanges(files), result.findings(), edits);
    }

    /** Runs of removed and added lines, in the numbering of the original file. */
    private static void edit(Edits edits, PatchSeries.PatchedFile file) {
        List<String> original = new ArrayList<>();
        List<Edits.Edit> places = new ArrayList<>();
        int removedFrom = 0;
        int added = 0;
        boolean text = false;
        for (Script.Line line : file.script().lines()) {
            switch (line.edit()) {
                case KEPT -> {
                    place(file.path(), original.size(), removedFrom, text ? added : 0, places);
                    removedFrom = 0;
                    added = 0;
                    text = false;
                    original.add(line.text());
                }
                case REMOVED -> {
                    original.add(line.text());
                    removedFrom = removedFrom == 0 ? original.size() : removedFrom;
                }
                case ADDED -> {
                    added++;
                    text |= !line.text().isBlank();
                }
            }
        }
        place(file.path(), original.size(), removedFrom, text ? added : 0, places);
        edits.add(file.path(), original, places);
    }

    private static void place(
            String path, int before, int removedFrom, int added, List<Edits.Edit> places) {
        if (removedFrom > 0) {
            places.add(new Edits.Edit(path, removedFrom, before, false, added));
        } else if (added > 0) {
            places.add(new Edits.Edit(path, before, before + 1, true, added));
        }
    }

    /** Which functions of the source these lines are in. */
    Roots roots() {
        return new Roots.Edited(edits);
    }

    boolean refused() {
        return findings.stream().anyMatch(Finding::refuses);
    }

    /** New contents by path in the tree. */
    Map<String, Bytes> contents() {
        Map<String, Bytes> contents = new TreeMap<>();
        changes.files()
                .forEach((path, change) -> {
                    if (change instanceof SourceChanges.Change.Content(Bytes bytes)) {
                        contents.put(path, bytes);
                    }
                });
        return contents;
    }
}
