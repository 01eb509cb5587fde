package suture.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.FormatException;
import suture.elf.Tool;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

class PatchApplierTest {
    private static final String OLD = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
    private static final String PATCH =
            """
            --- a/dir/t.c\t2026-01-01
            +++ b/dir/t.c\t2026-01-02
            @@ -2,3 +2,4 @@ void f(void)
             two
            -three
            +THREE
            +3
             four
            """;

    private static AppliedPatch apply(String patch, Map<String, String> tree) {
        return PatchApplier.apply(SourcePatch.parse("p", patch), tree::get);
    }

    @Test
    void appliesAtTheLevelAtWhichTheFilesExist() {
        for (String path : new String[] {"dir/t.c", "a/dir/t.c", "t.c"}) {
            AppliedPatch applied = apply(PATCH, Map.of(path, OLD));
            assertThat(applied.findings()).isEmpty();
            assertThat(applied.files().getFirst().script().patched())
                    .isEqualTo(OLD.replace("three", "THREE\n3"));
            assertThat(applied.files().getFirst().script().original()).isEqualTo(OLD);
        }
    }

    @Test
    void refusesAtAnOffsetWithFuzzAndTwice() {
        assertThat(apply(PATCH, Map.of("dir/t.c", "zero\n" + OLD)).findings())
                .extracting(Finding::rule, Finding::message)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "patch-does-not-apply",
                                "the hunk's lines stand at line 3 instead"));
        assertThat(apply(PATCH, Map.of("dir/t.c", OLD.replace("four", "4"))).findings())
                .extracting(Finding::place)
                .containsExactly("dir/t.c:4 (line 3 of the patch)");
        String patched = OLD.replace("three", "THREE\n3");
        assertThat(apply(PATCH, Map.of("dir/t.c", patched)).findings())
                .extracting(Finding::rule)
                .containsExactly("patch-already-applied");
        assertThat(apply(PATCH, Map.of()).findings())
                .extracting(Finding::rule)
                .containsExactly("patch-does-not-apply");
    }

    @Test
    void refusesWhatIsNoPatch() {
        assertThatThrownBy(() -> SourcePatch.parse("p", "hello\n"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("unified diff");
        assertThatThrownBy(() -> SourcePatch.parse("p", PATCH + "@@ -9,2 +9,2 @@\n x\n"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("the patch's end");
        for (String damaged : List.of("@@ -9,2 +9,2 @\n", "@@ -9 +9\n", "***************\n")) {
            assertThatThrownBy(() -> SourcePatch.parse("p", PATCH + damaged + "-x\n+y\n"))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining(damaged.strip());
        }
    }

    /** Git makes the patches, and its own apply is the other opinion. */
    @Test
    void agreesWithGit(@TempDir Path directory) throws IOException {
        long seed = 42;
        Random random = new Random(seed);
        Tool.run(directory, "git", "init", "-q", ".");
        for (int round = 0; round < 60; round++) {
            String before = text(random, "");
            String after = text(random, before);
            Path old = Files.writeString(directory.resolve("before"), before, ISO_8859_1);
            Path now = Files.writeString(directory.resolve("after"), after, ISO_8859_1);
            String patch =
                    Tool.run(
                            directory,
                            "sh",
                            "-c",
                            "git diff --no-index --text "
                                    + old.getFileName()
                                    + " "
                                    + now.getFileName()
                                    + " || true");
            if (patch.isEmpty()) {
                continue;
            }
            patch = patch.replaceAll("(?m)^(---|\\+\\+\\+) [ab]/(before|after)$", "$1 a/f");
            AppliedPatch applied = apply(patch, Map.of("f", before));
            assertThat(applied.findings()).as("seed %d round %d", seed, round).isEmpty();
            AppliedPatch.Change change = applied.files().getFirst();
            assertThat(change.script().patched()).isEqualTo(after);
            // And back through our own printer and git's apply.
            Files.writeString(directory.resolve("f"), before, ISO_8859_1);
            Path ours = directory.resolve("ours.patch");
            Files.writeString(ours, UnifiedDiff.of(applied.files()), ISO_8859_1);
            Tool.run(directory, "git", "apply", "ours.patch");
            assertThat(Files.readString(directory.resolve("f"), ISO_8859_1)).isEqualTo(after);
        }
    }

    private static String text(Random random, String base) {
        StringBuilder text = new StringBuilder();
        int lines = 5 + random.nextInt(60);
        if (base.isEmpty()) {
            for (int i = 0; i < lines; i++) {
                text.append("line ").append(random.nextInt(20)).append('\n');
            }
            return text.toString();
        }
        for (String line : PatchParser.lines(base)) {
            int dice = random.nextInt(12);
            if (dice != 0) {
                text.append(line);
            }
            if (dice == 1) {
                text.append("added ").append(random.nextInt(9)).append('\n');
            }
        }
        if (random.nextInt(4) == 0) {
            text.append("no end");
        }
        return text.toString();
    }
}
