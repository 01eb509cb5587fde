package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Tool;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code suture impact} and {@code suture audit} print and return. */
class ImpactCommandTest {
    private static final String SOURCE =
            """
            extern int work(int);
            static int only(int x) { return work(x) * %d; }
            int a(int x) { return only(x) + 1; }
            int b(int x) { return work(x); }
            """;

    @TempDir Path work;
    private String object = "";
    private String patched = "";

    @BeforeEach
    void compile() {
        String[] options = {"-O2", "-g", "-ffunction-sections"};
        Path build = work.resolve("build");
        build.toFile().mkdir();
        object = Tool.compile(build, "gcc-12", SOURCE.formatted(2), "t.o", options).toString();
        patched = Tool.compile(work, "gcc-12", SOURCE.formatted(3), "t.o", options).toString();
    }

    @Test
    void listHasWhatMustBePatchedAndNothingElse() {
        assertThat(run(0, "impact", "only", "--object", object, "--list")).isEqualTo("a\n");
        assertThat(run(0, "impact", "b", "--object", object, "--list")).isEqualTo("b\n");
        assertThat(run(0, "impact", "only", "--object", object, "--patched", patched, "--list"))
                .isEqualTo("a\n");
    }

    @Test
    void documentHasTheFieldsOfTheContract() {
        JsonNode document = json(0, "impact", "only", "--object", object, "--json");
        assertThat(document.get("schema").stringValue()).isEqualTo("suture/1");
        assertThat(document.get("command").stringValue()).isEqualTo("impact");
        assertThat(document.get("outcome").stringValue()).isEqualTo("changed");
        JsonNode a = document.get("functions").get(1);
        assertThat(a.get("name").stringValue()).isEqualTo("a");
        assertThat(a.get("verdict").stringValue()).isEqualTo("impacted");
        assertThat(a.get("redirect").booleanValue()).isTrue();
        JsonNode reason = a.get("reasons").get(0);
        assertThat(reason.get("kind").stringValue()).isEqualTo("inlined");
        assertThat(reason.get("source").stringValue()).isEqualTo("t.o.c:3");
        assertThat(reason.get("via").stringValue()).isEqualTo("only");
        assertThat(document.get("functions").get(0).get("redirect").booleanValue()).isFalse();
    }

    @Test
    void unknownNamesAreRefused() {
        JsonNode document = json(3, "impact", "nix", "--object", object, "--json");
        assertThat(document.get("findings").get(0).get("rule").stringValue())
                .isEqualTo("unknown-function");
    }

    @Test
    void optionsThatDoNotGoTogetherAreMisuse() {
        String build = work.resolve("build").toString();
        run(2, "impact", "a", "--build", build, "--patched", patched);
        run(2, "impact", "a");
        run(2, "impact", "a", "--object", work.resolve("none.o").toString());
    }

    @Test
    void auditCountsAndWritesAPage() throws Exception {
        Path page = work.resolve("audit.html");
        JsonNode document =
                json(
                        0,
                        "audit",
                        work.resolve("build").toString(),
                        "--index",
                        work.resolve("index").toString(),
                        "--html",
                        page.toString(),
                        "--json");
        assertThat(document.get("functions").intValue()).isEqualTo(2);
        assertThat(Files.readString(page)).contains("2 of 2 functions");
    }

    private static JsonNode json(int status, String... arguments) {
        return JsonMapper.builder().build().readTree(run(status, arguments));
    }

    private static String run(int status, String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run(arguments)).isEqualTo(status);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
