package suture.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.source.AppliedPatch.Change;
import suture.source.PatchSeries.PatchedFile;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What must hold for every text that is offered as a patch. */
public final class PatchCheck {
    /** What became of it. */
    public enum Fate {
        /** It is no patch. */
        REFUSED,
        /** It is one, and does not apply. */
        UNFIT,
        /** It applies. */
        APPLIED
    }

    private final Map<String, String> tree;

    /**
     * @param tree texts by path
     */
    public PatchCheck(Map<String, String> tree) {
        this.tree = tree;
    }

    /** Parses, applies, neutralises and prints it. */
    public Fate check(String text) {
        SourcePatch patch;
        try {
            patch = SourcePatch.parse("p", text);
        } catch (FormatException e) {
            assertThat(e).hasMessageStartingWith("p: line ").hasMessageContaining("expected");
            return Fate.REFUSED;
        }
        SourceTree source = this::text;
        AppliedPatch applied = PatchApplier.apply(patch, source);
        PatchSeries.Result result = PatchSeries.apply(List.of(patch), source);
        PatchSeries.apply(List.of(patch, patch), source);
        assertThat(applied.findings()).isEqualTo(result.findings());
        if (!applied.findings().isEmpty()) {
            assertThat(applied.findings()).allMatch(f -> f.refuses() && !f.remedy().isEmpty());
            return Fate.UNFIT;
        }
        String printed = UnifiedDiff.of(applied.files());
        if (printed.isEmpty()) {
            assertThat(after(result)).isEmpty();
        } else {
            SourcePatch parsed = SourcePatch.parse("q", printed);
            PatchSeries.Result again = PatchSeries.apply(List.of(parsed), source);
            assertThat(again.findings()).isEmpty();
            assertThat(after(again)).isEqualTo(after(result));
        }
        for (PatchedFile file : result.files()) {
            assertThat(file.script().original()).isEqualTo(tree.getOrDefault(file.path(), ""));
        }
        for (Change change : applied.files()) {
            neutral(change.script());
        }
        return Fate.APPLIED;
    }

    private @Nullable String text(String path) {
        assertThat(path.split("/", -1)).isNotEmpty().doesNotContain("", ".", "..");
        return tree.get(path);
    }

    /** The files of the tree that the patch leaves, as far as it changes them. */
    static Map<String, String> after(PatchSeries.Result result) {
        Map<String, String> files = new TreeMap<>();
        for (PatchedFile file : result.files()) {
            Script script = file.script();
            if (file.existed() != file.exists() || !script.original().equals(script.patched())) {
                files.put(file.path(), file.exists() ? script.patched() : "(none)");
            }
        }
        return files;
    }

    /** The neutral form is the same change and directives. */
    private static void neutral(Script script) {
        Script neutral = Neutraliser.neutralise(script);
        assertThat(neutral.original()).isEqualTo(script.original());
        Set<Script.Line> lines = new HashSet<>(script.lines());
        List<Script.Line> left =
                neutral.lines().stream()
                        .filter(line -> lines.contains(line) || !line.text().startsWith("#line "))
                        .toList();
        assertThat(left).isEqualTo(script.lines());
    }
}
