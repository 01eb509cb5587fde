package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.finding.Severity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;

/**
 * What is used from outside of the object, and by no function in it: names that other files know,
 * tables that the linker collects, data without a name. None of it can be replaced, and none may
 * change unsaid.
 */
class OutsideUseTest {
    private static final String TWO =
            "int one(int x) { return x + 1; } int two(int x) { return x * 7; } ";

    private static final String ENTRIES =
            """
            struct entry { const char *name; int value; };
            #define ENTRY(n, v) static const struct entry n __attribute__((used, section("%s"))) = { #n, v };
            """;

    @TempDir Path directory;

    private ObjectDiff diff(String source, String compiler) throws IOException {
        String[] words = compiler.split(" ", -1);
        return Pairs.diff(directory, source, words[0], Arrays.copyOfRange(words, 1, words.length));
    }

    private Collection<String> errors(String source, String compiler) throws IOException {
        return Pairs.rules(diff(source, compiler), Severity.ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2",
                "gcc-12 -O2 -fno-pie -mcmodel=kernel -ffunction-sections -fdata-sections",
                "clang-16 -O2 -fPIC",
                "aarch64-linux-gnu-gcc -O2",
                "s390x-linux-gnu-gcc -O2 -ffunction-sections"
            })
    void aNameThatStandsForSomethingElseIsRefused(String compiler) throws IOException {
        String alias = "int name(int) __attribute__((alias(\"%s\")));";
        assertThat(errors(TWO + alias.formatted("<<one|two>>"), compiler))
                .containsExactly("moved-name");
        assertThat(
                        errors(
                                TWO
                                        + alias.formatted("one").replace("int name", "<<int name")
                                        + "|int name(int x) { return x - 9; }>>",
                                compiler))
                .containsExactly("moved-name");
        assertThat(
                        errors(
                                "int a = 1, b = 2; extern int c"
                                        + " __attribute__((alias(\"<<a|b>>\")));",
                                compiler))
                .containsExactly("moved-name");
        String edited = "<<|int front;>>" + TWO.replace("x + 1", "x + <<1|2>>");
        ObjectDiff diff = diff(edited + alias.formatted("one"), compiler);
        assertThat(Pairs.rules(diff, Severity.ERROR)).isEmpty();
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie -mcmodel=kernel -ffunction-sections -fdata-sections",
                "gcc-12 -O2 -fPIC",
                "clang-16 -O2 -fno-pie",
                "aarch64-linux-gnu-gcc -O2"
            })
    void anEntryOfATableThatTheLinkerCollectsIsRefused(String compiler) throws IOException {
        for (String section :
                new String[] {
                    "my_table", ".data.my_table", ".rodata.my_table", ".data..my_table"
                }) {
            String entries = ENTRIES.formatted(section);
            for (String edit :
                    new String[] {"ENTRY(a, 1) <<|ENTRY(b, 2)>>", "ENTRY(a, 1) <<ENTRY(b, 2)|>>"}) {
                assertThat(errors(entries + edit, compiler))
                        .as(section + edit)
                        .containsExactly("changed-table");
            }
            assertThat(errors(entries + "ENTRY(a, <<1|2>>)", compiler))
                    .as(section)
                    .containsAnyOf("changed-table", "changed-data")
                    .hasSize(1);
            String front = "<<|static int state; int front(void) { return state++; }>>";
            assertThat(errors(entries + front + "ENTRY(a, 1) ENTRY(b, 2)", compiler))
                    .as(section)
                    .isEmpty();
        }
    }

    /**
     * Nobody looks for a static in the section of its own, nor for what has a name to be found by.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie -ffunction-sections -fdata-sections",
                "gcc-12 -O2 -fPIC -fdata-sections",
                "clang-16 -O2 -fPIC -fdata-sections",
                "s390x-linux-gnu-gcc -O2"
            })
    void whatNobodyLooksForIsNew(String compiler) throws IOException {
        String text = "extern int out(int); int one(void) { return out(1); } ";
        for (String added :
                new String[] {
                    "static int x __attribute__((used));",
                    "static const int x __attribute__((used)) = 5;",
                    "static const void *const x __attribute__((used)) = out;",
                    "int x __attribute__((section(\".data..read_mostly\"))) = 7;"
                }) {
            assertThat(errors(text + "<<|" + added + ">>", compiler)).as(added).isEmpty();
        }
    }

    /** Entries without a name, as assembler writes them: with a value, a reference, or neither. */
    @ParameterizedTest
    @ValueSource(strings = {"gcc-12 -O2 -fno-pie -ffunction-sections", "clang-16 -O2 -fPIC"})
    void aNamelessEntryIsRefused(String compiler) throws IOException {
        for (String section : new String[] {".rodata.my_table", "my_table"}) {
            String entry =
                    "asm(\".pushsection "
                            + section
                            + ", \\\"a\\\", %%progbits; %s; .popsection\");";
            for (String more : new String[] {".long 2", ".quad two", ".quad 0"}) {
                for (String text :
                        new String[] {
                            entry.formatted("<<.quad one|" + more + ">>"),
                            "<<|" + entry.formatted(more) + ">>",
                            entry.formatted(".long 1") + "<<|" + entry.formatted(more) + ">>"
                        }) {
                    assertThat(errors(TWO + text, compiler))
                            .as(text)
                            .containsExactly("changed-table");
                }
            }
        }
    }

    /** Xen's hooks are there to be added. */
    @ParameterizedTest
    @ValueSource(strings = "gcc-12 -O2 -fno-pie -ffunction-sections -fdata-sections")
    void anAddedHookIsNotRefused(String compiler) throws IOException {
        String hook =
                """
                extern void out(int);
                <<|static void load(void) { out(1); }
                static void (*hook)(void) __attribute__((used, section(".livepatch.hooks.load"))) = load;>>
                """;
        assertThat(errors(hook, compiler)).isEmpty();
    }

    /** An export is seen to be missing when a module is loaded that needs it. */
    @ParameterizedTest
    @ValueSource(strings = "gcc-12 -O2 -fno-pie -ffunction-sections -fdata-sections")
    void anExportIsAWarning(String compiler) throws IOException {
        String source =
                """
                int get(int x) { return x + 1; }
                <<|static const long entry __attribute__((used, section("___ksymtab+get"))) = 1;>>
                """;
        ObjectDiff diff = diff(source, compiler);
        assertThat(Pairs.rules(diff, Severity.WARNING)).containsExactly("changed-exports");
        assertThat(Pairs.rules(diff, Severity.ERROR)).isEmpty();
    }

    /** {@code KPATCH_IGNORE_SECTION} names a table. */
    @ParameterizedTest
    @ValueSource(strings = "gcc-12 -O2 -fno-pie -ffunction-sections -fdata-sections")
    void aTableToLeaveAloneIsNamed(String compiler) throws IOException {
        String ignore =
                "<<|static char *words __attribute__((used, section(\".kpatch.ignore.sections\")))"
                        + " = \"%s\";>>";
        String entry = ENTRIES.formatted("my_table") + "ENTRY(a, 1) <<|ENTRY(b, 2)>>";
        assertThat(errors(entry + ignore.formatted("my_table"), compiler)).isEmpty();
        assertThat(errors(entry + ignore.formatted("another"), compiler))
                .containsExactly("changed-table");
    }

    /** What the patch says and nobody understands is told; so is what has no name to be read by. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie -ffunction-sections -fdata-sections",
                "clang-16 -O2 -fPIC"
            })
    void aWordThatNobodyKnowsIsTold(String compiler) throws IOException {
        for (String section : new String[] {".kpatch.force", ".suture.kep", ".suture.keeping"}) {
            String word =
                    "<<|static void *const word __attribute__((used, section(\"%s\"))) = two;>>"
                            .formatted(section);
            ObjectDiff diff = diff(TWO + word, compiler);
            assertThat(Pairs.rules(diff, Severity.WARNING)).containsExactly("word-not-known");
        }
        String nameless =
                "<<|asm(\".pushsection .livepatch.hooks.load, \\\"a\\\"; .quad two;"
                        + " .popsection\");>>";
        assertThat(errors(TWO + nameless, compiler)).containsExactly("changed-table");
    }

    /** What the author says is kept is kept: one variable, or all of a section. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie -ffunction-sections -fdata-sections",
                "clang-16 -O2 -fPIC -fdata-sections",
                "s390x-linux-gnu-gcc -O2 -fdata-sections"
            })
    void aKeptValueIsNotRefused(String compiler) throws IOException {
        String source =
                "static int kept = <<5|6>>, other = <<1|%s>>; int *get(int i) { return i ? &kept :"
                        + " &other; } ";
        String keep =
                "<<|static const void *const say __attribute__((used, section(\".suture.keep\"))) ="
                        + " &kept;>>";
        assertThat(errors(source.formatted("1"), compiler)).containsExactly("changed-data");
        ObjectDiff diff = diff(source.formatted("1") + keep, compiler);
        assertThat(Pairs.rules(diff, Severity.ERROR)).isEmpty();
        assertThat(Pairs.rules(diff, Severity.NOTE)).containsExactly("kept-data");
        assertThat(errors(source.formatted("2") + keep, compiler)).containsExactly("changed-data");
        String ignore =
                "<<|static char *words __attribute__((used, section(\".kpatch.ignore.sections\")))"
                        + " = \".data.kept\";>>";
        assertThat(errors(source.formatted("1") + ignore, compiler)).isEmpty();
    }

    /** The code that uses it is the same, and what runs stays where it is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O2 -fno-pie -mcmodel=kernel -ffunction-sections -fdata-sections",
                "clang-16 -O2 -fPIC",
                "aarch64-linux-gnu-gcc -O2"
            })
    void anotherKindOfMemoryIsRefused(String compiler) throws IOException {
        for (String section :
                new String[] {".init.data", ".data..ro_after_init", ".data..percpu"}) {
            String source =
                    "static int value <<__attribute__((section(\"%s\")))|>> = 5; int get(int x) { value += x; return value; }"
                            .formatted(section);
            assertThat(errors(source, compiler)).as(section).containsExactly("moved-storage");
        }
        String init =
                """
                extern int out(int);
                <<__attribute__((section(".init.text"), noinline))|__attribute__((noinline))>> static int once(int x) { return out(x) + 1; }
                int get(int x) { return once(x) * 3; }
                """;
        assertThat(errors(init, compiler)).containsExactly("moved-storage");
        assertThat(errors(reversed(init), compiler)).isEmpty();
        String constant =
                """
                extern int out(const int *);
                static <<const|>> int values[4] = { 1, 2, 3, 4 };
                int get(void) { return out(values); }
                """;
        assertThat(errors(constant, compiler)).containsExactly("moved-storage");
        assertThat(errors(reversed(constant), compiler)).isEmpty();
    }

    private static String reversed(String source) {
        return source.replaceAll("<<(.*?)\\|(.*?)>>", "<<$2|$1>>");
    }

    /** gcc puts a constant array of addresses, which has no name, where it can be written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aarch64-linux-gnu-gcc -O2 -fPIC",
                "powerpc64le-linux-gnu-gcc -O2",
                "s390x-linux-gnu-gcc -O2 -ffunction-sections -fdata-sections"
            })
    void namelessDataThatChangesIsSaid(String compiler) throws IOException {
        String source =
                """
                extern int use(const char **);
                int get(void) { const char *k[] = { "a", "b", "<<c|C>>", "d", "e", "f", "g", "h" }; return use(k); }
                """;
        ObjectDiff diff = diff(source, compiler);
        assertThat(Pairs.functions(diff, Verdict.CHANGED).isEmpty())
                .as("%s %s", diff.functions(), diff.findings())
                .isNotEqualTo(Pairs.rules(diff, Severity.ERROR).isEmpty());
    }
}
