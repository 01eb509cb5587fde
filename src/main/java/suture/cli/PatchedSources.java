package suture.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import suture.build.SourceChanges;
import suture.bytes.Bytes;
import suture.finding.Finding;
import suture.source.PatchSeries;
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
 */
record PatchedSources(SourceChanges changes, List<Finding> findings) {
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
        for (PatchSeries.PatchedFile file : result.files()) {
            files.put(
                    file.path(),
                    file.exists()
                            ? new SourceChanges.Change.Content(
                                    Bytes.of(file.neutralText().getBytes(ISO_8859_1)))
                            : new SourceChanges.Change.Deleted());
        }
        return new PatchedSources(new SourceChanges(files), result.findings());
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
