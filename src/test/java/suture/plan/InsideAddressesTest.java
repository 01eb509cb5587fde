package suture.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.diff.Pairs;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Labels and sites of a body that is replaced. */
class InsideAddressesTest {
    private static final String GCC = "gcc-12 -O2 -fno-pie -ffunction-sections -fdata-sections";
    private static final String CLANG = "clang-16 -O2 -fno-pie -ffunction-sections -fdata-sections";

    /** The labels are where they were: the patched body is as long, and its table is equal. */
    private static final String LABELS =
            """
            int work(int);
            int jump(int x) {
                TABLE
                USE
            a: return work(x) + 3;
            b: return work(x + 9) + <<1|2>>;
            c: return work(x * 3);
            }
            """;

    private static final String SITE =
            """
            #define SITE asm volatile("671: nop; .pushsection %s,\\"a\\"; .long 671b - .; .popsection");
            int work(int);
            """;

    @TempDir Path directory;

    private PatchPlan plan(String compiler, String source) throws IOException {
        String[] words = compiler.split(" ", -1);
        return Planner.plan(
                List.of(
                        new Planner.UnitDiff(
                                "unit.c",
                                "program",
                                Pairs.diff(
                                        directory,
                                        source,
                                        words[0],
                                        Arrays.copyOfRange(words, 1, words.length)))),
                Hooks.NONE);
    }

    private PatchPlan labels(String compiler, String table, String use) throws IOException {
        return plan(compiler, LABELS.replace("TABLE", table).replace("USE", use));
    }

    private static long copies(PatchPlan plan) {
        return plan.units().getFirst().pieces().stream()
                .filter(piece -> piece.kind() == Piece.Kind.CONSTANT)
                .flatMap(piece -> piece.links().stream())
                .filter(link -> link.destination() instanceof Destination.Travelling)
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {GCC, CLANG})
    void aConstantTableOfLabelsComesAlong(String compiler) throws IOException {
        PatchPlan plan =
                labels(
                        compiler,
                        "static const void *const table[] = { &&a, &&b, &&c };",
                        "goto *table[x];");
        assertThat(plan.findings()).isEmpty();
        assertThat(copies(plan)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {GCC, CLANG})
    void aTableOfLabelsThatMayChangeIsRefused(String compiler) throws IOException {
        String table = "static const void *table[] = { &&a, &&b, &&c };";
        String use = "if (x > 5) table[0] = &&c; goto *table[x];";
        assertThat(labels(compiler, table, use).findings())
                .extracting(Finding::rule)
                .containsExactly("running-labels");
        String renamed = "static const void *<<table|fresh>>[] = { &&a, &&b, &&c };";
        assertThat(labels(compiler, renamed, use.replace("table", "<<table|fresh>>")).findings())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {GCC, CLANG})
    void aTableThatLeadsToLabelsIsRefusedToo(String compiler) throws IOException {
        String tables =
                "static const void *const table[] = { &&a, &&b, &&c };"
                        + " static const void *const *way = table;";
        String use = "if (x > 5) way++; goto *way[x];";
        assertThat(labels(compiler, tables, use).findings())
                .extracting(Finding::rule)
                .containsExactly("running-labels");
    }

    /** A table that the compiler does not know, and nobody refers to. */
    @ParameterizedTest
    @ValueSource(strings = {"odd_sites", ".odd_sites", ".rodata.odd_sites"})
    void anEntryAboutASiteOfTheBodyIsRefused(String section) throws IOException {
        String head = SITE.formatted(section);
        assertThat(plan(GCC, head + "int f(int x) { SITE return work(x) + <<1|2>>; }").findings())
                .extracting(Finding::rule)
                .containsExactly("unknown-special-section");
        assertThat(
                        plan(
                                        GCC,
                                        head
                                                + "int g(int x) { SITE return work(x) + 7; }"
                                                + "int f(int x) { return work(x) + <<1|2>>; }")
                                .findings())
                .isEmpty();
    }

    /** Without a tracer's call, the site may be where the function begins. */
    @ParameterizedTest
    @ValueSource(strings = {"odd_sites", ".odd_sites"})
    void anEntryAboutTheFirstInstructionIsRefused(String section) throws IOException {
        String source =
                SITE.formatted(section)
                        + "int f(int x) { SITE return x + <<1|2>>; }"
                        + "asm(\".pushsection more,\\\"a\\\"; .long f - .; .popsection\");";
        assertThat(plan(GCC + " -fcf-protection=none -fomit-frame-pointer", source).findings())
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.rule()).isEqualTo("unknown-special-section");
                    assertThat(f.subject()).isEqualTo(section);
                });
    }

    /** What was there at the start only, and what the compiler reads itself. */
    @ParameterizedTest
    @ValueSource(strings = {".init.odd_sites", ".discard.odd_sites"})
    void anEntryThatNobodyReadsAnyMoreIsNot(String section) throws IOException {
        String source = SITE.formatted(section) + "int f(int x) { SITE return work(x) + <<1|2>>; }";
        assertThat(plan(GCC, source).findings()).isEmpty();
    }

    /** A pointer to the function goes on to be one: calls of what runs are redirected. */
    @ParameterizedTest
    @ValueSource(strings = {GCC, CLANG})
    void anEntryAboutTheFunctionIsNot(String compiler) throws IOException {
        String source =
                """
                int work(int);
                int f(int x) { return work(x) + <<1|2>>; }
                static int (*const entry)(int) __attribute__((used, section("my_table"))) = f;
                """;
        assertThat(plan(compiler, source).findings()).isEmpty();
    }
}
