package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Severity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The properties that the kernel's own livepatch differ is tested for (tools/objtool/tests, 2026),
 * in our own sources. Each is asserted from both sides: the pair gives exactly these verdicts, the
 * same pair backwards changes the same functions, and either object against itself gives none.
 */
class KlpSuiteTest {
    private static final Pattern EDIT = Pattern.compile("<<(.*?)\\|(.*?)>>", Pattern.DOTALL);

    private static final String COMMON =
            """
            extern int ext(int), ext2(int); extern void out(const char *, ...);
            #define TABLE(name, body) asm volatile("1: nop\\n.pushsection " name ",\\"a\\"\\n" body "\\n.popsection")
            #define NOINLINE __attribute__((noinline, noclone))
            int stay(int x) { return ext(x) * 3; }
            """;

    /**
     * @param name as in the kernel's suite
     * @param build compiler and options
     * @param source with edits
     * @param changed functions that change
     * @param added functions that are new
     * @param refused rules of the errors
     */
    record Case(
            String name,
            String build,
            String source,
            Set<String> changed,
            Set<String> added,
            Set<String> refused) {
        @Override
        public String toString() {
            return name + ", " + build;
        }
    }

    private static final String GCC = "gcc-12 -O2 -ffunction-sections -fdata-sections";
    private static final String PLAIN = "gcc-12 -O2";
    private static final String CLANG = "clang-19 -O2 -ffunction-sections -fdata-sections";
    private static final String ARM =
            "aarch64-linux-gnu-gcc -O2 -ffunction-sections -fdata-sections";

    private static Stream<Case> everywhere(String name, String source, String changed) {
        return Stream.of(GCC, PLAIN, CLANG).map(build -> change(name, build, source, changed));
    }

    private static Case change(String name, String build, String source, String changed) {
        return new Case(name, build, source, words(changed), Set.of(), Set.of());
    }

    private static Case adds(String name, String source, String changed, String added) {
        return new Case(name, GCC, source, words(changed), words(added), Set.of());
    }

    private static Case refuses(String name, String source, String changed, String rule) {
        return new Case(name, GCC, source, words(changed), Set.of(), Set.of(rule));
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : new TreeSet<>(List.of(text.split(" ", -1)));
    }

    static Stream<Case> cases() {
        return Stream.of(functions(), data(), tables(), noise(), clones(), landing())
                .flatMap(cases -> cases);
    }

    private static Stream<Case> functions() {
        return Stream.concat(
                everywhere("basic, checksum-insn", "int f(int x){return ext(x)+<<1|2>>;}", "f"),
                Stream.of(
                        adds(
                                "new-function",
                                "<<|NOINLINE static int n(int x){return ext2(x)-5;}>>"
                                        + "int f(int x){return <<ext|n>>(x)+1;}",
                                "f",
                                "n"),
                        change(
                                "function-removal",
                                GCC,
                                "<<int gone(int x){return ext2(x);}|>> int f(int x){return x+1;}",
                                ""),
                        change(
                                "cold-function",
                                GCC,
                                "int f(int"
                                    + " x){if(__builtin_expect(x>9,0)){out(\"%d\",x);__builtin_trap();}return"
                                    + " x*3+<<0|0>>;} __attribute__((cold)) int c(int x){return"
                                    + " ext(x)+<<4|5>>;}",
                                "c"),
                        change(
                                "cold part alone",
                                GCC,
                                "__attribute__((cold)) void bad(int); int f(int x){if(x>9){bad(x"
                                        + "+<<1|2>>);bad(3);}return x*3;}",
                                "f"),
                        change(
                                "local-to-global-flip",
                                GCC,
                                "<<static|>> NOINLINE int h(int x){return ext(x)^7;}"
                                        + "int f(int x){return h(x)+1;}",
                                ""),
                        change(
                                "global-to-local-flip",
                                GCC,
                                "<<|static>> NOINLINE int h(int x){return ext(x)^7;}"
                                        + "int f(int x){return h(x)+1;}",
                                ""),
                        change(
                                "checksum-position",
                                PLAIN,
                                "<<|int n(int x){return ext2(x);}>> NOINLINE static int h(int"
                                        + " x){return ext(x)+3;} int f(int x){return h(x)+1;}",
                                "")));
    }

    private static Stream<Case> data() {
        return Stream.of(
                refuses(
                        "changed-data, checksum-data",
                        "int v=<<1|2>>; int f(void){return v;}",
                        "",
                        "changed-data"),
                adds(
                        "new-data",
                        "<<|static int v; static int *volatile keep=&v;>>"
                                + "int f(int x){<<|*keep=x;>>return x+1;}",
                        "f",
                        ""),
                change(
                        "data-alignment",
                        GCC,
                        "<<|__attribute__((aligned(64)))>> static int v[3]={1,2,3};"
                                + " int*f(void){return v;}",
                        ""),
                change(
                        "static-local",
                        GCC,
                        "int f(int x){static int n; n+=x; ext(n); return <<n|n+1>>;}",
                        "f"),
                change(
                        "static-local-uncorrelated",
                        GCC,
                        "<<|void n(void){static char __warned; if(!__warned){__warned=1;ext(1);}}>>"
                                + "void f(void){static char __warned;"
                                + " if(!__warned){__warned=1;ext(2);}}",
                        ""),
                change(
                        "switch-rodata",
                        CLANG,
                        "int f(int x){switch(x){case 0:return 9;case 1:return <<4|5>>;case 2:return"
                                + " 77;case 3:return 12;case 4:return 8;case 5:return"
                                + " 123;}return ext(x);}",
                        "f"),
                change(
                        "switch-rodata",
                        PLAIN + " -fno-jump-tables",
                        "int f(int x){switch(x){case 0:return 9;case 1:return <<4|5>>;case 2:return"
                                + " 77;case 3:return 12;case 4:return 8;case 5:return"
                                + " 123;}return ext(x);}",
                        "f"));
    }

    private static Stream<Case> tables() {
        String shared =
                "int f(int x){TABLE(\"__ex_table\",\".long 1b-.,1b-.,<<1|2>>\");return x;} int"
                        + " g(int x){TABLE(\"__ex_table\",\".long 1b-.,1b-.,1\");return x+3;}";
        String alternative =
                "int f(int x){TABLE(\".altinstructions\",\".long 1b-.,9f-.\\n.short 7,0\\n.byte"
                        + " 1,1\\n.popsection\\n.pushsection .altinstr_replacement,\\\"ax\\\"\\n9:"
                        + " .byte <<0x90|0xf4>>\");return x;}";
        String empty =
                "int f(int x){TABLE(\".altinstructions\",\".long 1b-.,9f-.\\n.short <<7|8>>,0\\n"
                        + ".byte 1,0\\n.popsection\\n.pushsection"
                        + " .altinstr_replacement,\\\"ax\\\"\\n9:\");return x;}";
        return Stream.of(
                change("special-section, special-section-shared", GCC, shared, "f"),
                change("special-section, special-section-shared", PLAIN, shared, "f"),
                change("alt-annotation, checksum-alt", GCC, alternative, "f"),
                change("empty-alternative", GCC, empty, "f"),
                // s390: the site's length is the replacement's too
                change(
                        "alt-annotation",
                        "s390x-linux-gnu-gcc -O2 -ffunction-sections",
                        alternative
                                .replace(",0\\n", "\\n")
                                .replace("1,1", "2")
                                .replace("9: .byte", "9: .byte 7,"),
                        "f"),
                change(
                        "static-call-new",
                        GCC,
                        "int f(int x){<<|TABLE(\".static_call_sites\",\".long 1b-.,key-.\");>>"
                                + "return x;}",
                        "f"),
                change(
                        "jump-label-new-key",
                        GCC,
                        "char ka,kb; int f(int x){TABLE(\"__jump_table\",\".long 1b-.,1b-.\\n.quad"
                                + " <<ka|kb>>-.\");return x;}",
                        "f"),
                change(
                        "kcfi",
                        GCC,
                        "int f(int x){<<|TABLE(\".kcfi_traps\",\".long 1b-.\");>>return x;}",
                        "f"),
                refuses(
                        "init-reference",
                        "__attribute__((section(\".init.text\"))) int f(int x){return"
                                + " ext(x)+<<1|2>>;}",
                        "f",
                        "changed-init-section"));
    }

    private static Stream<Case> noise() {
        String bounds = "clang-19 -O2 -fsanitize=array-bounds,shift -ffunction-sections";
        String reporting = "gcc-12 -O2 -fsanitize=bounds,shift -ffunction-sections -fdata-sections";
        String ubsan =
                "<<|\n\n"
                        + ">> int a[9]; int f(int i){return a[i]<<<|<>>i;} int g(int i){return"
                        + " a[i]+1;}";
        return Stream.of(
                change("ubsan-noise", bounds, ubsan.replace("<<<|<>>", "/ "), ""),
                change("ubsan-noise", reporting, ubsan.replace("<<<|<>>", "/ "), ""),
                change(
                        "ubsan, another type",
                        reporting,
                        "extern int a[<<9|8>>]; int f(int i){return a[i];} int g(int"
                                + " i){return ext(i);}",
                        "f"),
                change(
                        "abs-and-addressable, checksum-skip",
                        GCC,
                        "asm(\".globl constant\\nconstant = <<5|6>>\\n\"); static void *"
                                + " __attribute__((used, section(\".discard.addressable\")))"
                                + " __UNIQUE_ID_<<7|8>>=(void*)stay; int f(int x){return x+1;}",
                        ""),
                change(
                        "mapping-symbols",
                        ARM,
                        "<<|int n(int x){return ext2(x);}>> const int t[3]={1,2,3}; int f(int"
                                + " x){return t[x];}",
                        ""));
    }

    private static Stream<Case> clones() {
        String name = "asm(\"helper.llvm.<<1234|98765>>\")";
        return Stream.of(
                change(
                        "thinlto-local",
                        CLANG,
                        "NOINLINE int helper(int x) "
                                + name
                                + "; NOINLINE int helper(int x){return"
                                + " ext(x)+3;} int f(int x){return helper(x);}",
                        ""),
                change(
                        "thinlto-local, changed",
                        CLANG,
                        "NOINLINE int helper(int x) "
                                + name
                                + "; NOINLINE int helper(int x){return"
                                + " ext(x)+<<3|4>>;} int f(int x){return helper(x);}",
                        "helper"));
    }

    /** An address that is newly taken needs a landing pad: that is another function. */
    private static Stream<Case> landing() {
        String taken =
                "NOINLINE static int h(int x){return ext(x)+3;} extern int(*hook)(int); int f(int"
                        + " x){<<|hook=h;>>return h(x)+1;}";
        String flip =
                "<<static|>> NOINLINE int h(int x){return ext(x)+3;} int f(int x){return h(x);}";
        return Stream.of(
                change("ibt-address-taken", GCC + " -fcf-protection=branch", taken, "f h"),
                change("ibt-address-taken", GCC + " -fcf-protection=none", taken, "f"),
                change("ibt-linkage-flip", GCC + " -fcf-protection=branch", flip, "h"),
                change("ibt-linkage-flip", GCC + " -fcf-protection=none", flip, ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exactlyThis(Case test, @TempDir Path directory) throws IOException {
        ElfObject original = compile(test, "$1", directory.resolve("original"));
        ElfObject patched = compile(test, "$2", directory.resolve("patched"));
        ObjectDiff diff = Differ.diff(original, patched);
        String about = diff.functions() + " " + diff.findings();
        assertThat(changed(diff)).as(about).isEqualTo(test.changed);
        assertThat(Pairs.functions(diff, Verdict.NEW)).as(about).containsAll(test.added);
        assertThat(Pairs.rules(diff, Severity.ERROR)).as(about).isEqualTo(test.refused);
        assertThat(changed(Differ.diff(patched, original))).isEqualTo(test.changed);
        assertThat(changed(Differ.diff(original, original))).isEmpty();
        assertThat(changed(Differ.diff(patched, patched))).isEmpty();
    }

    private static Set<String> changed(ObjectDiff diff) {
        return Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED);
    }

    private static ElfObject compile(Case test, String side, Path directory) throws IOException {
        directory.toFile().mkdirs();
        String source = COMMON + EDIT.matcher(test.source).replaceAll(side);
        String[] build = test.build.split(" ", -1);
        String[] options = List.of(build).subList(1, build.length).toArray(String[]::new);
        return ElfReader.read(Tool.compile(directory, build[0], source, "t.o", options));
    }
}
