package suture.impact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import suture.bytes.FormatException;
import suture.elf.Tool;
import suture.finding.Finding;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a change reaches in objects of real compilers, and what it does not. */
class ImpactTest {
    private static final String INLINED =
            """
            extern int work(int);
            static int inner(int x){ return work(x) * 3; }
            static int outer(int x){ int r = inner(x); return r < 0 ? work(-r) : r; }
            int a(int x){ return outer(x) + 1; }
            int b(int x){ return work(x); }
            """;

    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({
        "gcc-11, -O2 -g -gdwarf-4",
        "gcc-12, -O2 -g",
        "clang-16, -O2 -g",
        "gcc-12, -O2 -fdump-ipa-clones"
    })
    void inlinedBodiesAreFound(String compiler, String options) throws Exception {
        UnitFacts unit = compile(compiler, INLINED, options);
        assertThat(impacted(unit, "inner")).contains("a").doesNotContain("b");
        assertThat(impacted(unit, "outer")).contains("a").doesNotContain("b");
        assertThat(impacted(unit, "b")).isEmpty();
        Impacted a = function(Impact.of(index(unit), List.of("inner")), "a");
        assertThat(a.function().redirectable()).isTrue();
        assertThat(a.chain().getLast()).isEqualTo("inner: named");
        if (options.contains("-g")) {
            assertThat(a.reasons().getFirst().source()).isEqualTo("t.o.c:3");
            assertThat(a.chain().getFirst()).contains("in the body of outer at t.o.c:4");
        }
    }

    @Test
    void withoutDebugInformationOrDumpInliningIsUndecided() throws Exception {
        UnitFacts unit = compile("gcc-12", INLINED, "-O2");
        Impact impact = Impact.of(index(unit), List.of("a"));
        assertThat(undecided(impact)).contains("; inlining;").contains("PURE-CONST");
        assertThat(Impact.of(index(unit), List.of("inner")).outcome()).isEqualTo("refused");
    }

    @Test
    void whatTheOptionsExcludeIsNotSaid() throws Exception {
        String options = "-O2 -g -flive-patching=inline-clone -fdump-ipa-clones";
        assertThat(undecided(Impact.of(index(compile("gcc-12", INLINED, options)), List.of("a"))))
                .isEmpty();
        assertThat(
                        undecided(
                                Impact.of(
                                        index(compile("gcc-12", INLINED, "-O2 -g -pg")),
                                        List.of("a"))))
                .contains("PURE-CONST")
                .doesNotContain("IPA-RA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc-11", "gcc-12"})
    void copiesAndTheirCallersAreFound(String compiler) throws Exception {
        UnitFacts unit =
                compile(
                        compiler,
                        """
                        struct s { int a, b, c, d; long e[8]; };
                        extern void use(int);
                        static __attribute__((noinline)) int f(struct s *p, int k)
                        { int v = p->b; use(v + k); use(v); return v; }
                        int one(struct s *p){ return f(p, 1) + 2; }
                        int two(struct s *p){ return f(p, p->c) + 3; }
                        int other(struct s *p){ return p->d; }
                        """,
                        "-O2 -g -fdump-ipa-clones");
        assertThat(impacted(unit, "f")).containsExactlyInAnyOrder("f.isra.0", "one", "two");
        Impact impact = Impact.of(index(unit), List.of("f"));
        assertThat(function(impact, "f.isra.0").function().redirectable()).isFalse();
        assertThat(function(impact, "f").function().form()).isEqualTo(Function.Form.NONE);
        assertThat(function(impact, "one").reasons().getFirst().effect())
                .isEqualTo(Effect.CALLS_CLONE);
        assertThat(impacted(unit, "one")).isEmpty();
    }

    @Test
    void foldedFunctionsAndTheirCallersAreFound() throws Exception {
        UnitFacts unit =
                compile(
                        "gcc-12",
                        """
                        extern int ext(int,int);
                        int f(int x){ int r=ext(x,1); if(r<0) r=ext(r,2); if(r>9) r=ext(r,3); return r+4; }
                        int g(int x){ int r=ext(x,1); if(r<0) r=ext(r,2); if(r>9) r=ext(r,3); return r+4; }
                        static int sf(int x){ int r=ext(x,8); if(r<0) r=ext(r,2); if(r>9) r=ext(r,3); return r+4; }
                        static int sg(int x){ int r=ext(x,8); if(r<0) r=ext(r,2); if(r>9) r=ext(r,3); return r+4; }
                        int uf(int x){ return sf(x)+1; }
                        int ug(int x){ return sg(x)+2; }
                        int wrapper(int x){ return f(x); }
                        """,
                        "-O2 -g -fno-inline");
        assertThat(impacted(unit, "f")).containsExactly("g");
        assertThat(impacted(unit, "sf")).contains("sg", "ug").doesNotContain("uf", "wrapper");
        assertThat(impacted(unit, "sg")).contains("ug", "sf").doesNotContain("uf");
        assertThat(impacted(unit, "g")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', true", "-pg, false", "-fno-ipa-ra, false"})
    void keptRegistersAreFound(String option, boolean kept) throws Exception {
        UnitFacts unit =
                compile(
                        "gcc-12",
                        """
                        static __attribute__((noinline,noclone)) int leaf(int x)
                        { asm("" : "+r"(x)); return x * 5 + 1; }
                        int a(int x, int y, int z){ int r = leaf(x); return r + y * z; }
                        int b(int x){ return leaf(x) + 1; }
                        int c(int x)
                        { int r = leaf(x); asm("mov $1,%%esi; add %%esi,%0" : "+r"(r) :: "rsi"); return r; }
                        """,
                        "-O2 -g " + option);
        assertThat(impacted(unit, "leaf")).isEqualTo(kept ? Set.of("a") : Set.of());
    }

    @ParameterizedTest
    @CsvSource({"'', true", "__attribute__((noreturn)), false"})
    void discoveredNoreturnIsFound(String attribute, boolean found) throws Exception {
        UnitFacts unit =
                compile(
                        "gcc-12",
                        """
                        extern void stop(int) __attribute__((noreturn));
                        %s static __attribute__((noinline)) void bad(int x){ stop(x + 1); }
                        int a(int x){ if (x < 0) bad(x); return x; }
                        int c(int x){ return x + 1; }
                        """
                                .formatted(attribute),
                        "-O2 -g");
        assertThat(impacted(unit, "bad")).isEqualTo(found ? Set.of("a") : Set.of());
    }

    @Test
    void conventionChangedUnderTheSameNameIsFound() throws Exception {
        UnitFacts unit =
                compile(
                        "clang-16",
                        """
                        extern int work(int);
                        static __attribute__((noinline)) int f(int unused, int p)
                        { return work(p) + work(p + 1); }
                        int a(int x){ return f(1, x); }
                        int b(int x){ return work(x); }
                        """,
                        "-O2 -g");
        assertThat(impacted(unit, "f")).containsExactly("a");
    }

    @Test
    void severalFunctionsOfANameAreToldApartByTheirFile() throws Exception {
        UnitFacts one =
                compile(
                        "gcc-12",
                        "int w(int);static int h(int x){return w(x);}int a(int x){return"
                                + " h(x);}",
                        "-O2 -g");
        Path other = Files.createDirectory(scratch.resolve("other"));
        Tool.compile(
                other,
                "gcc-12",
                "int w(int);static int h(int x){return w(x)+1;}int b(int x){return h(x);}",
                "u.o",
                "-O2",
                "-g");
        UnitFacts two = UnitReader.read("u.o", other.resolve("u.o"), null);
        MemoryIndex both = new MemoryIndex(List.of(one, two));
        assertThat(Impact.of(both, List.of("h")).findings())
                .anyMatch(f -> f.rule().equals("ambiguous-function"));
        assertThat(names(Impact.of(both, List.of("u.o.c:h")))).containsExactly("b");
    }

    @Test
    void dumpWithOtherLinesIsRefused() throws Exception {
        Path dump = Files.writeString(scratch.resolve("d"), "Callgraph clone;f;1;t.c;x\n");
        assertThatThrownBy(() -> IpaClones.read(dump)).isInstanceOf(FormatException.class);
    }

    private UnitFacts compile(String compiler, String source, String options) throws Exception {
        Path directory = Files.createTempDirectory(scratch, "unit");
        List<String> words = new ArrayList<>(List.of(options.strip().split(" +")));
        words.removeIf(String::isEmpty);
        Path object =
                Tool.compile(directory, compiler, source, "t.o", words.toArray(String[]::new));
        try (var files = Files.list(directory)) {
            Path dump =
                    files.filter(f -> f.toString().endsWith(".ipa-clones"))
                            .findFirst()
                            .orElse(null);
            return UnitReader.read("t.o", object, dump);
        }
    }

    private static MemoryIndex index(UnitFacts unit) {
        return new MemoryIndex(List.of(unit));
    }

    private static Set<String> impacted(UnitFacts unit, String name) {
        return names(Impact.of(index(unit), List.of(name)));
    }

    private static Set<String> names(Impact impact) {
        return impact.functions().stream()
                .filter(f -> !f.changed())
                .map(f -> f.function().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Impacted function(Impact impact, String name) {
        return impact.functions().stream()
                .filter(f -> f.function().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String undecided(Impact impact) {
        return impact.findings().stream()
                .filter(f -> f.rule().equals("undecided"))
                .map(Finding::message)
                .collect(Collectors.joining());
    }
}
