package suture.build.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Symbol;
import suture.elf.Tool;
import suture.exec.ToolFailure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Slices of own C: what is in them, what is not, and that they compile. */
class SliceTest {
    @TempDir Path work;

    private Slice slice(String source, Set<String> given, String... functions) throws IOException {
        Path c = Files.writeString(work.resolve("unit.c"), source);
        Path text = work.resolve("unit.i");
        Tool.run(work, "gcc-12", "-E", "-o", text.toString(), c.toString());
        SlicedUnit unit =
                SlicedUnit.parse("clang-16", "x86_64-linux-gnu", List.of("-std=gnu11"), text);
        return unit.slice(
                List.of(functions),
                List.of(),
                List.of(),
                (name, file, inline) -> given.contains(name) && !file.endsWith(".h") && !inline);
    }

    private static String text(Slice slice) {
        return slice.forward().stream().map(tag -> tag + ";\n").collect(Collectors.joining())
                + slice.parts().stream().map(Slice.Part::text).collect(Collectors.joining("\n"));
    }

    /** The object that a slice compiles to, warnings being errors. */
    private ElfObject compiled(Slice slice) throws IOException {
        return ElfReader.read(
                Tool.compile(
                        work,
                        "gcc-12",
                        text(slice) + "\n",
                        "slice.o",
                        "-O1",
                        "-std=gnu11",
                        "-Wall",
                        "-Werror",
                        "-Wno-unused-function"));
    }

    private static Set<String> undefined(ElfObject object) {
        return object.symbols().stream()
                .filter(s -> s.isUndefined() && !s.name().isEmpty())
                .map(Symbol::name)
                .collect(Collectors.toSet());
    }

    @Test
    void structuresAreDefinedOnlyWhereTheirContentMatters() throws IOException {
        Slice slice =
                slice(
                        """
                        struct inner { int n; };
                        struct pointed { struct inner one; };
                        struct unused { int n; };
                        struct outer { struct inner in; struct pointed *next; };
                        int f(struct outer *o) { return o->in.n; }
                        int g(struct pointed *p) { return p->one.n; }
                        """,
                        Set.of(),
                        "f");
        assertThat(text(slice)).contains("struct inner {", "struct outer {", "struct pointed;");
        assertThat(text(slice)).doesNotContain("struct pointed {", "unused", "int g");
        compiled(slice);
    }

    @Test
    void everyUseOfAValueNeedsTheDefinition() throws IOException {
        for (String body :
                List.of(
                        "*a = *b;",
                        "a++;",
                        "a = b + 1;",
                        "(void)sizeof(*a);",
                        "struct s local = *a; (void)local;",
                        "(void)a->n;",
                        "(void)&a[1];",
                        "(void)__builtin_offsetof(struct s, n);")) {
            Slice slice =
                    slice(
                            "struct s { int n; };\nvoid f(struct s *a, struct s *b) { %s }\n"
                                    .formatted(body),
                            Set.of(),
                            "f");
            assertThat(text(slice)).as(body).contains("struct s { int n; }");
            Tool.compile(work, "gcc-12", text(slice) + "\n", "slice.o", "-w");
        }
        String passed =
                "struct s { int n; };\nvoid g(struct s *);\nvoid f(struct s *a) { g(a); }\n";
        Slice slice = slice(passed, Set.of(), "f");
        assertThat(text(slice)).contains("struct s;").doesNotContain("int n");
        compiled(slice);
    }

    @Test
    void typesEnumeratorsAndTypeofAreFollowed() throws IOException {
        Slice slice =
                slice(
                        """
                        enum { FIRST = 3, SECOND };
                        enum other { THIRD };
                        typedef unsigned long size;
                        typedef struct { size n; } named;
                        struct sized { char room[SECOND]; named of; };
                        extern int model;
                        extern long unrelated;
                        static inline size twice(size n) { return 2 * n; }
                        size f(struct sized *s)
                        {
                            typeof(model) local = 1;
                            return twice(s->of.n) + s->room[0] + local;
                        }
                        """,
                        Set.of(),
                        "f");
        assertThat(text(slice))
                .contains("FIRST = 3", "typedef unsigned long size", "named;", "extern int model")
                .contains("twice(size n) {");
        assertThat(text(slice)).doesNotContain("THIRD", "unrelated");
        assertThat(slice.carried()).containsOnlyKeys("twice");
        compiled(slice);
    }

    private static final String STATE =
            """
            struct ops { int (*get)(void); };
            static int counter = 7;
            static int table[3] = { 1, 2, 3 };
            static int helper(int n) { return n + counter; }
            static int get(void) { return helper(1); }
            static const struct ops ops = { .get = get };
            static const struct ops *choose(void) { return &ops; }
            int f(int n) { static int calls; calls++; return helper(n) + table[n] + choose()->get(); }
            """;

    @Test
    void whatIsGivenIsDeclaredOnly() throws IOException {
        Slice slice = slice(STATE, Set.of("counter", "table", "helper", "ops"), "f");
        assertThat(text(slice))
                .contains("extern int helper(int n);", "extern int table[3];")
                .contains("extern const struct ops ops;")
                .doesNotContain("counter", "= 7");
        assertThat(slice.external()).containsExactlyInAnyOrder("helper", "table", "ops");
        assertThat(slice.carried()).containsOnlyKeys("choose");
        assertThat(slice.statics()).containsExactly("f: calls");
        assertThat(undefined(compiled(slice))).containsExactlyInAnyOrder("helper", "table", "ops");
    }

    @Test
    void whatNobodyGivesIsCarried() throws IOException {
        Slice slice = slice(STATE, Set.of(), "f");
        assertThat(slice.external()).isEmpty();
        assertThat(slice.carried()).containsOnlyKeys("choose", "helper", "get");
        assertThat(undefined(compiled(slice))).isEmpty();
    }

    @Test
    void staticPrototypesOfGivenFunctionsDoNotStay() throws IOException {
        String source =
                """
                static int helper(int);
                int f(int n) { return helper(n); }
                static int helper(int n) { return n * f(n - 1); }
                """;
        Slice slice = slice(source, Set.of("helper"), "f");
        assertThat(text(slice)).contains("extern int helper(int n);").doesNotContain("static");
        assertThat(undefined(compiled(slice))).containsExactly("helper");
    }

    @Test
    void packingAndAssemblerMacrosAreKept() throws IOException {
        Slice slice =
                slice(
                        """
                        asm(".macro nothing n\\n nop\\n .endm");
                        asm(".macro something n\\n nop\\n .endm");
                        #pragma pack(push, 1)
                        struct tight { char c; long n; };
                        #pragma pack(pop)
                        long f(struct tight *t) { asm("something 1"); return t->n; }
                        """,
                        Set.of(),
                        "f");
        assertThat(text(slice)).contains("#pragma pack(push, 1)", ".macro something");
        assertThat(text(slice)).doesNotContain(".macro nothing");
        assertThat(text(slice).indexOf("pack(push"))
                .isLessThan(text(slice).indexOf("struct tight {"));
        compiled(slice);
    }

    @Test
    void prototypeMayNameAnEnumerationFirst() throws IOException {
        Slice slice =
                slice(
                        """
                        enum kind { ONE };
                        extern enum late g(struct early *);
                        enum late { LATE };
                        enum kind h(void);
                        int f(void) { return g(0) + h(); }
                        """,
                        Set.of(),
                        "f");
        assertThat(slice.external()).containsExactlyInAnyOrder("g", "h");
        assertThat(text(slice)).contains("enum kind { ONE }", "LATE", "struct early;");
        assertThat(slice.parts()).anyMatch(part -> part.text().contains("g(struct early *)"));
    }

    @Test
    void textThatIsNoCIsTheFrontEndsFailure() {
        assertThatThrownBy(() -> slice("int f(void) { return", Set.of(), "f"))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("clang-16");
    }
}
