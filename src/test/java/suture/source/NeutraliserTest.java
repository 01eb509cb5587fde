package suture.source;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import suture.elf.Tool;
import suture.source.Script.Edit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class NeutraliserTest {
    private static final Pattern PROBE = Pattern.compile("PROBE_(\\d+) (\\d+)");

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            textBlock =
                    """
                    a|+x|b                          ! a|+x|+#line 2|b
                    a|-b|c                          ! a|-b|+#line 3|c
                    a|-b|+x|c                       ! a|-b|+x|c
                    a|+x                            ! a|+x
                    +x|a                            ! +x|+#line 1|a
                    f(a,|+x,|b);|c                  ! f(a,|+x,|b);|+#line 3|c
                    #define M a \\|+x \\|b|c        ! #define M a \\|+x \\|b|+#line 3|c
                    /* a|+x|b */|c                  ! /* a|+x|b */|+#line 3|c
                    #if A|+x|b|#endif|c             ! #if A|+x|+#line 2|b|#endif|+#line 4|c
                    #if A|+x|#else|b|#endif|c       ! #if A|+x|+#line 2|#else|+#line 3|b|#endif|+#line 5|c
                    +x|#if A|b|#else|c|#endif|d     ! +x|+#line 1|#if A|b|#else|c|#endif|d
                    a|+x|#line 77|b                 ! a|+x|+#line 2|#line 77|b
                    #line 77|a|+x|b                 ! #line 77|a|+x|+#line 78|b
                    a "(" ')'|+x|b                  ! a "(" ')'|+x|+#line 2|b
                    """)
    void inserts(String before, String after) {
        assertThat(text(Neutraliser.neutralise(script(before)))).isEqualTo(after.strip());
    }

    private static Script script(String text) {
        List<Script.Line> lines = new ArrayList<>();
        for (String line : text.strip().split("\\|", -1)) {
            Edit edit =
                    line.startsWith("+")
                            ? Edit.ADDED
                            : line.startsWith("-") ? Edit.REMOVED : Edit.KEPT;
            lines.add(new Script.Line(edit, (edit == Edit.KEPT ? line : line.substring(1)) + "\n"));
        }
        return new Script(lines);
    }

    private static String text(Script script) {
        List<String> lines = new ArrayList<>();
        for (Script.Line line : script.lines()) {
            String sign = line.edit() == Edit.KEPT ? "" : String.valueOf(line.edit().sign);
            lines.add(sign + line.text().stripTrailing());
        }
        return String.join("|", lines);
    }

    /** Random edits of every header of the C library: the preprocessor itself is the judge. */
    @Test
    void keptLinesKeepTheirNumbers(@TempDir Path directory) throws IOException {
        long seed = 20261121;
        Random random = new Random(seed);
        List<Path> headers;
        try (Stream<Path> all = Files.walk(Path.of("/usr/include"), 2)) {
            headers = all.filter(p -> p.toString().endsWith(".h")).sorted().limit(150).toList();
        }
        assertThat(headers).as("install libc6-dev").hasSizeGreaterThan(50);
        int checked = 0;
        int shifted = 0;
        for (Path header : headers) {
            Script edited = edit(Files.readString(header, ISO_8859_1), random);
            Map<Integer, Integer> before = numbers(directory, edited.original(), edited, false);
            Script neutral = Neutraliser.neutralise(edited);
            Map<Integer, Integer> after = numbers(directory, neutral.patched(), neutral, true);
            Map<Integer, Integer> plain = numbers(directory, edited.patched(), edited, true);
            for (Map.Entry<Integer, Integer> probe : before.entrySet()) {
                Integer now = after.get(probe.getKey());
                if (now != null) {
                    checked++;
                    assertThat(now)
                            .as("%s, line %d, seed %d", header, probe.getKey(), seed)
                            .isEqualTo(probe.getValue());
                    shifted += probe.getValue().equals(plain.get(probe.getKey())) ? 0 : 1;
                }
            }
        }
        assertThat(checked).isGreaterThan(5000);
        assertThat(shifted).as("probes that a plain patch shifts").isGreaterThan(checked / 2);
    }

    private static Script edit(String text, Random random) {
        List<Script.Line> lines = new ArrayList<>();
        for (String line : PatchParser.lines(text)) {
            boolean plain = line.strip().matches("[A-Za-z0-9_ ;,*]*");
            int dice = random.nextInt(20);
            if (dice == 0) {
                lines.add(new Script.Line(Edit.ADDED, "int added;\n"));
            }
            lines.add(new Script.Line(dice == 1 && plain ? Edit.REMOVED : Edit.KEPT, line));
        }
        return new Script(lines);
    }

    /**
     * What the preprocessor gives for {@code __LINE__} in front of kept lines where a statement
     * could stand; by the line's number in the original file.
     */
    private static Map<Integer, Integer> numbers(
            Path directory, String text, Script script, boolean patched) throws IOException {
        StringBuilder probed = new StringBuilder();
        LineStates states = new LineStates();
        int original = 0;
        for (Script.Line line : script.lines()) {
            original += line.edit() == Edit.ADDED ? 0 : 1;
            if (line.edit() == (patched ? Edit.REMOVED : Edit.ADDED)) {
                continue;
            }
            boolean probe =
                    line.edit() == Edit.KEPT
                            && states.open()
                            && !line.text().strip().startsWith("#");
            states.pass(line.text());
            boolean include = line.text().matches("(?s)\\s*#\\s*(include|error|warning).*");
            probed.append(probe ? "PROBE_" + original + " __LINE__ " : "");
            probed.append(include ? "\n" : line.text());
        }
        assertThat(probed.toString().lines().count()).isEqualTo(text.lines().count());
        Files.writeString(directory.resolve("probed.h"), probed.toString(), ISO_8859_1);
        String out = Tool.run(directory, "gcc-12", "-E", "-P", "-w", "-x", "c", "probed.h");
        Map<Integer, Integer> numbers = new HashMap<>();
        for (Matcher probe = PROBE.matcher(out); probe.find(); ) {
            numbers.put(Integer.valueOf(probe.group(1)), Integer.valueOf(probe.group(2)));
        }
        return numbers;
    }
}
