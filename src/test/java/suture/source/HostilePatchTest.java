package suture.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.build.SourceChanges;
import suture.build.SourceView;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.source.PatchSeries.PatchedFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Broken patches: each applies exactly or is refused in one of the two ways there are, in bounded
 * time, and nothing outside of the tree is read or written. {@code -Dsuture.fuzz.count=N} sets how
 * many of each patch, {@code -Dsuture.fuzz.first=N} where to begin.
 */
class HostilePatchTest {
    private final long count = Long.getLong("suture.fuzz.count", 700);
    private final long first = Long.getLong("suture.fuzz.first", 0);

    /** Patches that are accepted here and refused by git. */
    private int stricter;

    @TempDir Path scratch;

    @Test
    void brokenPatchesApplyOrAreRefused() throws IOException {
        PatchCheck check = new PatchCheck(PatchSeeds.tree());
        Map<PatchCheck.Fate, Long> fates = new EnumMap<>(PatchCheck.Fate.class);
        List<String> seeds = PatchSeeds.patches(scratch);
        for (int seed = 0; seed < seeds.size(); seed++) {
            PatchMutator mutator = new PatchMutator(seeds.get(seed));
            for (long i = first; i < first + count; i++) {
                long start = System.nanoTime();
                String mutant = mutator.mutant(i);
                try {
                    fates.merge(check.check(mutant), 1L, Long::sum);
                } catch (RuntimeException | AssertionError e) {
                    // Whatever it is, the mutant is what it takes to see it again.
                    throw new AssertionError("seed " + seed + ", mutant " + i + "\n" + mutant, e);
                }
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
                assertThat(seconds).as("seed %d, mutant %d", seed, i).isLessThan(2);
            }
        }
        System.out.println("broken patches: " + fates);
        assertThat(fates.values()).allMatch(n -> n > count / 2);
    }

    /** What is accepted is what git makes of the same text; the disk around the tree stays. */
    @Test
    void acceptedPatchesDoWhatGitDoes() throws IOException {
        Path outside = Files.createDirectories(scratch.resolve("outside"));
        Files.writeString(outside.resolve("secret.c"), PatchSeeds.tree().get("dir/t.c"));
        List<String> seeds = PatchSeeds.patches(scratch);
        int compared = 0;
        for (int seed = 0; seed < seeds.size(); seed++) {
            PatchMutator mutator = new PatchMutator(seeds.get(seed));
            for (int i = 0; i < 60; i++) {
                compared += sameAsGit(mutator.mutant(i), "seed " + seed + ", mutant " + i) ? 1 : 0;
            }
        }
        assertThat(compared).isGreaterThan(3 * stricter).isGreaterThan(40);
        assertThat(content(outside))
                .containsExactly(Map.entry("secret.c", PatchSeeds.tree().get("dir/t.c")));
    }

    private boolean sameAsGit(String text, String name) throws IOException {
        Path tree = Files.createDirectories(scratch.resolve("tree"));
        PatchSeeds.write(tree, PatchSeeds.tree());
        if (!Files.exists(tree.resolve("link"))) {
            Files.createSymbolicLink(tree.resolve("link"), Path.of("../outside"));
            Files.createSymbolicLink(tree.resolve("alias.c"), Path.of("dir/t.c"));
        }
        Map<String, String> before = content(tree);
        PatchSeries.Result result;
        try {
            SourcePatch patch = SourcePatch.parse("p", text);
            result = PatchSeries.apply(List.of(patch), SourceTree.of(tree));
        } catch (FormatException e) {
            return false;
        }
        if (!result.findings().isEmpty()) {
            return false;
        }
        assertThat(view(tree, result)).as(name).isEqualTo(expected(before, result));
        assertThat(content(tree)).as(name).isEqualTo(before);
        Path patch = Files.writeString(scratch.resolve("mutant.patch"), text, ISO_8859_1);
        Path copy = scratch.resolve("copy");
        String fresh = "rm -rf copy; cp -r tree copy; cd copy; git init -q .; ";
        String apply = "git apply --whitespace=nowarn " + patch + " || echo no; rm -rf .git";
        if (!Tool.run(scratch, "sh", "-ec", fresh + apply).isEmpty()) {
            stricter++; // it wants headers that agree with each other
            return false;
        }
        assertThat(content(copy)).as(name + "\n" + text).isEqualTo(expected(before, result));
        return true;
    }

    private static Map<String, String> expected(
            Map<String, String> before, PatchSeries.Result result) {
        Map<String, String> files = new TreeMap<>(before);
        for (PatchedFile file : result.files()) {
            if (file.exists()) {
                files.put(file.path(), file.script().patched());
            } else {
                files.remove(file.path());
            }
        }
        return files;
    }

    /** The patched tree as builds see it. */
    private Map<String, String> view(Path tree, PatchSeries.Result result) throws IOException {
        TreeMap<String, SourceChanges.Change> changes = new TreeMap<>();
        for (PatchedFile file : result.files()) {
            Bytes content = Bytes.of(file.script().patched().getBytes(ISO_8859_1));
            changes.put(
                    file.path(),
                    file.exists()
                            ? new SourceChanges.Change.Content(content)
                            : new SourceChanges.Change.Deleted());
        }
        Tool.run(scratch, "rm", "-rf", "view");
        Path root = scratch.resolve("view");
        SourceView.full(tree, root, new SourceChanges(changes));
        return content(root);
    }

    /** Texts by path; links of the tree itself are left out. */
    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String path = root.relativize(file).toString();
                if (!path.equals("alias.c")) {
                    files.put(path, Files.readString(file, ISO_8859_1));
                }
            }
        }
        return files;
    }

    @ParameterizedTest
    @CsvSource({
        "a/../../outside/secret.c, patch-outside-tree",
        "/etc/passwd/../secret.c, patch-outside-tree",
        "a/link/secret.c, patch-outside-tree",
        "a/alias.c, patch-outside-tree",
    })
    void pathsThatLeadOutAreRefused(String path, String rule) throws IOException {
        Path tree = Files.createDirectories(scratch.resolve("tree/dir"));
        Files.writeString(
                Files.createDirectory(scratch.resolve("outside")).resolve("secret.c"), "x\n");
        Files.writeString(tree.resolve("t.c"), "x\n");
        Files.createSymbolicLink(scratch.resolve("tree/link"), Path.of("../outside"));
        Files.createSymbolicLink(scratch.resolve("tree/alias.c"), Path.of("dir/t.c"));
        String old = "--- %s\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n".formatted(path);
        String born = "--- /dev/null\n+++ %s\n@@ -0,0 +1 @@\n+x\n".formatted(path);
        for (String text : List.of(old, born)) {
            assertThat(apply(text, SourceTree.of(scratch.resolve("tree"))).findings())
                    .extracting(Finding::rule)
                    .containsExactly(rule);
        }
    }

    private static PatchSeries.Result apply(String text, SourceTree tree) {
        return PatchSeries.apply(List.of(SourcePatch.parse("p", text)), tree);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            textBlock =
                    """
                    @@ -1,4294967295 +1 @@|                       ! a number of lines
                    @@ -1,2147483647 +1,2147483647 @@|-x|         ! the patch's end
                    @@ -1 +1 @@|-x|+y|+z|                         ! one more
                    @@ -1 +1,2 @@| x|+|\\ No newline|             ! an empty one without a line feed
                    @@ -0,0 +1 @@|+y|@@ -9 +9 @@|?|               ! '?'
                    """)
    void brokenHunksAreRefused(String hunk, String found) {
        String text = "--- a/f\n+++ b/f\n" + hunk.strip().replace('|', '\n');
        assertThatThrownBy(() -> SourcePatch.parse("p", text))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(found.strip().replace("'?'", "?"));
    }

    @ParameterizedTest
    @CsvSource({
        "GIT binary patch, a binary file",
        "Binary files a/f and b/f differ, a binary file",
        "new file mode 120000, new file mode 120000",
        "index 1111111..2222222 160000, 160000",
        "@@ -1 +1 @@, what changes",
        "rename from \"f\\8\", quoted path",
    })
    void whatNoTextPatchHoldsIsRefused(String line, String found) {
        String text = "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\ndiff --git a/f b/f\n" + line + "\n";
        assertThatThrownBy(() -> SourcePatch.parse("p", text))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(found);
    }

    /** A copy leaves its original; what a patch does to a file twice is done in order. */
    @Test
    void copiesMovesAndSecondHelpings() throws IOException {
        Map<String, String> tree = PatchSeeds.tree();
        String copy = "diff --git a/open.c b/n.c\ncopy from open.c\ncopy to n.c\n";
        assertThat(PatchCheck.after(apply(copy, tree::get)))
                .containsExactly(Map.entry("n.c", "int a;\nint b;\nint no_end;"));
        String header = "--- a/empty.h\n+++ b/empty.h\n";
        String twice = header + "@@ -0,0 +1 @@\n+x\n" + header + "@@ -1 +1,2 @@\n x\n+y\n";
        assertThat(PatchCheck.after(apply(twice, tree::get)))
                .containsExactly(Map.entry("empty.h", "x\ny\n"));
        String onto = copy.replace("copy", "rename").replace("n.c", "dos.c");
        assertThat(apply(onto, tree::get).findings())
                .extracting(Finding::message)
                .containsExactly("the patch creates it, but it exists");
        String backup = header.replace("a/empty.h", "a/empty.h~") + "@@ -0,0 +1 @@\n+x\n";
        assertThat(PatchCheck.after(apply(backup, tree::get))).containsOnlyKeys("empty.h");
        Map<String, String> both = Map.of("empty.h~", "", "empty.h", "");
        assertThat(apply(backup, both::get).findings()).hasSize(1);
        String born = "diff --git a/n.h b/n.h\nnew file mode 100644\nindex 0000000..e69de29\n";
        assertThat(PatchCheck.after(apply(born, tree::get))).containsExactly(Map.entry("n.h", ""));
    }

    /** Long runs of equal lines, and of blanks, cost no more than others. */
    @Test
    void repetitionTakesNoTime() {
        List<String> hunk = new ArrayList<>(java.util.Collections.nCopies(100_000, "-\n"));
        hunk.set(99_999, "-x\n");
        String patch = "--- a/f\n+++ b/f\n@@ -1,100000 +0,0 @@\n" + String.join("", hunk);
        String file = "\n".repeat(400_000) + "x\n";
        long start = System.nanoTime();
        assertThat(apply(patch, Map.of("f", file)::get).findings())
                .extracting(Finding::message)
                .containsExactly("the hunk's lines stand at line 300002 instead");
        new LineStates().pass(" ".repeat(1_000_000) + "x\n");
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(5);
    }
}
