package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import suture.finding.Severity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One edit each, and the exact set of functions that behave differently after it. Every case runs
 * with and without function sections, with gcc and clang.
 */
class DifferTest {
    /** Tables of sites like those of the kernel, in our own words. */
    private static final String MACROS =
            """
            #define TABLE(name, body) \\
              asm volatile("1: nop\\n.pushsection " name ",\\"a\\"\\n" body "\\n.popsection")
            extern int ext(int), ext2(int);
            extern void out(const char *format, ...);
            """;

    private static final List<List<String>> BUILDS =
            List.of(
                    List.of("gcc-12", "-O2", "-ffunction-sections", "-fdata-sections"),
                    List.of("gcc-12", "-O2"),
                    List.of("gcc-12", "-Os", "-fno-toplevel-reorder"),
                    List.of("clang-16", "-O2", "-ffunction-sections", "-fdata-sections"),
                    List.of("clang-16", "-O2"));

    /** For cases without x86 tables. */
    private static final List<List<String>> ELSEWHERE =
            List.of(
                    List.of("aarch64-linux-gnu-gcc", "-O2", "-fdata-sections"),
                    List.of(
                            "aarch64-linux-gnu-gcc",
                            "-Os",
                            "-ffunction-sections",
                            "-fdata-sections"),
                    List.of("powerpc64le-linux-gnu-gcc", "-O2", "-fdata-sections"),
                    List.of(
                            "powerpc64le-linux-gnu-gcc",
                            "-O2",
                            "-mcmodel=large",
                            "-fdata-sections"),
                    List.of("s390x-linux-gnu-gcc", "-O2", "-fdata-sections"),
                    List.of("s390x-linux-gnu-gcc", "-O2", "-march=z13", "-fdata-sections"),
                    List.of("riscv64-linux-gnu-gcc", "-O2", "-fdata-sections"),
                    List.of(
                            "riscv64-linux-gnu-gcc",
                            "-Os",
                            "-ffunction-sections",
                            "-fdata-sections"),
                    List.of("clang-16", "--target=riscv64-linux-gnu", "-O2"),
                    List.of("clang-19", "--target=loongarch64-linux-gnu", "-O2"),
                    List.of("clang-16", "--target=aarch64-linux-gnu", "-O2"),
                    List.of("clang-16", "--target=powerpc64le-linux-gnu", "-O2"),
                    List.of("clang-16", "--target=s390x-linux-gnu", "-O2"));

    /**
     * @param name of the case
     * @param source with edits
     * @param changed functions that must be changed, and no others
     */
    record Case(String name, String source, Set<String> changed) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case changes(String name, String source, String... changed) {
        return new Case(name, source, Set.of(changed));
    }

    static Stream<Case> cases() {
        return Stream.of(
                changes(
                        "a constant in code",
                        "int f(int x){return ext(x+<<1|2>>);} int g(int x){return ext(x+3);}",
                        "f"),
                changes(
                        "constant argument of a printk",
                        "void f(int x){out(\"%d\", <<5|6>>);} int g(void){return ext(1);}",
                        "f"),
                changes(
                        "another callee",
                        "int f(int x){return <<ext|ext2>>(x)+1;} int g(int x){return ext(x);}",
                        "f"),
                changes(
                        "one string of equal length",
                        "void f(void){out(\"<<alpha|gamma>>\");} void g(void){out(\"beta\");}",
                        "f"),
                changes(
                        "swapped strings of equal length",
                        "void f(void){out(\"<<a|b>>aaaa\");} void g(void){out(\"<<b|a>>aaaa\");}",
                        "f",
                        "g"),
                changes(
                        "a string nobody else has moves all others",
                        "<<|void n(void){out(\"0000\");}>> void f(void){out(\"aaaa\");}"
                                + " void g(void){out(\"bbbb\");}"),
                changes(
                        "contents of a switch table",
                        "int f(int x){switch(x){case 0:return 9;case 1:return <<4|5>>;case 2:return"
                                + " 77;case 3:return 12;case 4:return 8;case 5:return 123;}return"
                                + " ext(x);} int g(int x){return ext(x);}",
                        "f"),
                changes(
                        "contents swapped between two switch tables",
                        "int f(int x){switch(x){case 0:return <<9|8>>;case 1:return 4;case 2:return"
                                + " 77;case 3:return 12;case 4:return 8;case 5:return 123;}return"
                                + " 1;} int g(int x){switch(x){case 0:return <<8|9>>;case 1:return"
                                + " 4;case 2:return 77;case 3:return 12;case 4:return 8;case"
                                + " 5:return 123;}return 1;}",
                        "f",
                        "g"),
                changes(
                        "array initialiser in rodata",
                        "void sink(long*); void f(void){long a[]={1,2,3,4,5,6,7,<<8|9>>,10,11,12};"
                                + "sink(a);} void g(void){ext(1);}",
                        "f"),
                changes(
                        "floating constant",
                        "double f(double x){return x*<<1.5|2.5>>;} double g(double x){return"
                                + " x*7.25;}",
                        "f"),
                changes(
                        "special static's content",
                        "struct rs{int interval,burst;}; int rl(struct rs*); int f(void){static"
                                + " struct rs _rs={<<5|6>>,10};return rl(&_rs);} int g(void){static"
                                + " struct rs _rs={5,10};return rl(&_rs);}",
                        "f"),
                changes(
                        "statics of the same name in two owners",
                        "int f(void){static int n;return n+=<<1|2>>;} int g(void){static int"
                                + " n;return n+=3;}",
                        "f"),
                changes(
                        "an unrelated variable, function and string in front",
                        "<<|static int front=7; int*front_p(void){return &front;} void"
                                + " front_s(void){out(\"front\");}>> int f(void){static int n=1;"
                                + "return n++;} void g(void){out(\"g\");} const char*h(int x){"
                                + "switch(x){case 0:return \"a\";case 1:return \"b\";case 2:return"
                                + " \"c\";case 3:return \"d\";case 4:return \"e\";}return 0;}"),
                changes(
                        "address of a static function of the same section",
                        "<<|int n(int x){return ext(x)*3;}>> static int h(int x){return ext(x)+7;}"
                                + " extern int(*hook)(int); int f(int x){hook=h;return x;} int"
                                + " g(int x){return x+1;}"),
                changes(
                        "address of another static function of the same section",
                        "static int h(int x){return ext(x)+7;} static int k(int x){return"
                                + " ext(x)+9;} extern int(*hook)(int),(*other)(int); int f(int"
                                + " x){hook=<<h|k>>;return x;} int g(int x){other=h;other=k;return"
                                + " x+1;}",
                        "f"),
                changes(
                        "exception handler type",
                        "int f(int x){TABLE(\"__ex_table\",\".long 1b-.,1b-.,<<1|2>>\");return x;}"
                                + " int g(int x){TABLE(\"__ex_table\",\".long"
                                + " 1b-.,1b-.,1\");return x+3;}",
                        "f"),
                changes(
                        "exception fixup",
                        "int f(int x){TABLE(\"__ex_table\",\".long 1b-.,<<1b|1b+1>>-.,1\");return"
                                + " x;} int g(int x){return x+3;}",
                        "f"),
                changes(
                        "alternative's feature bit",
                        "int f(int x){TABLE(\".altinstructions\",\".long 1b-.,1b-.\\n.short"
                                + " <<7|8>>\\n.byte 1,0\");return x;} int g(int"
                                + " x){TABLE(\".altinstructions\",\".long 1b-.,1b-.\\n.short"
                                + " 9\\n.byte 1,0\");return x+3;}",
                        "f"),
                changes(
                        "flags of a bug entry",
                        "int f(int x){TABLE(\"__bug_table\",\".long 1b-.,file-.\\n.short"
                                + " 12,<<1|3>>\");return x;} int g(int"
                                + " x){TABLE(\"__bug_table\",\".long 1b-.,file-.\\n.short"
                                + " 14,1\");return x+3;}",
                        "f"),
                changes(
                        "line of a bug entry",
                        "int f(int x){TABLE(\"__bug_table\",\".long 1b-.,file-.\\n.short"
                                + " <<12|13>>,1\");return x;}"),
                changes(
                        "key of a jump label",
                        "char ka,kb; int f(int x){TABLE(\"__jump_table\",\".long 1b-.,1b-.\\n.quad"
                                + " <<ka|kb>>-.\");return x;} int g(int"
                                + " x){TABLE(\"__jump_table\",\".long 1b-.,1b-.\\n.quad"
                                + " ka-.\");return x+3;}",
                        "f"),
                changes(
                        "branch bit of a jump label",
                        "char ka; int f(int x){TABLE(\"__jump_table\",\".long 1b-.,1b-.\\n.quad"
                                + " ka<<|+1>>-.\");return x;} int g(int x){return x+3;}",
                        "f"),
                changes(
                        "key of a static call",
                        "int f(int x){TABLE(\".static_call_sites\",\".long"
                                + " 1b-.,<<key_a|key_b>>-.\");return x;} int g(int"
                                + " x){TABLE(\".static_call_sites\",\".long 1b-.,key_a-.\");return"
                                + " x+3;}",
                        "f"),
                changes(
                        "a lock prefix site more",
                        "int f(int x){<<|TABLE(\".smp_locks\",\".long 1b-.\");>>return x;} int"
                                + " g(int x){TABLE(\".smp_locks\",\".long 1b-.\");return x+3;}",
                        "f"),
                changes(
                        "type of a paravirt site",
                        "int f(int x){TABLE(\".parainstructions\",\".quad 1b\\n.byte"
                                + " <<4|5>>,1\\n.balign 8\");return x;} int g(int x){return x+3;}",
                        "f"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exactlyTheseChange(Case test, @TempDir Path directory) throws IOException {
        List<List<String>> builds = new ArrayList<>(BUILDS);
        if (!test.source.contains("TABLE")) {
            builds.addAll(ELSEWHERE);
        }
        for (List<String> build : builds) {
            ObjectDiff diff =
                    Pairs.diff(
                            directory,
                            MACROS + test.source,
                            build.getFirst(),
                            build.subList(1, build.size()).toArray(String[]::new));
            assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED))
                    .as("%s: %s", build, diff.functions())
                    .isEqualTo(new TreeSet<>(test.changed));
            assertThat(Pairs.rules(diff, Severity.ERROR))
                    .as("%s: %s", build, diff.findings())
                    .isEmpty();
        }
    }

    /**
     * The condition of a branch stands in the word whose displacement leads out of the function.
     */
    @ParameterizedTest
    @CsvSource({
        "s390x-linux-gnu-gcc, je, jne",
        "s390x-linux-gnu-gcc, jgl, jgh",
        "aarch64-linux-gnu-gcc, b.eq, b.ne",
        "powerpc64le-linux-gnu-gcc, beq, bne",
        "riscv64-linux-gnu-gcc, 'beqz a0,', 'bnez a0,'",
        "gcc-12, je, jne"
    })
    void aBranchToANeighbourHasAnotherCondition(
            String compiler, String before, String after, @TempDir Path directory)
            throws IOException {
        ObjectDiff diff =
                Pairs.diff(
                        directory,
                        """
                        static __attribute__((used)) int h(int x) { return x + 7; }
                        int f(int x) { asm volatile("<<%s|%s>> h"); return x; }
                        int g(int x) { return x + 1; }
                        """
                                .formatted(before, after),
                        compiler,
                        "-O2",
                        "-fno-toplevel-reorder");
        assertThat(Pairs.functions(diff, Verdict.CHANGED)).containsOnly("f");
    }

    /** A new site must not be tied to the state of another site that happens to look the same. */
    @Test
    void aNewSiteGetsItsOwnState(@TempDir Path directory) throws IOException {
        String site =
                "#define ONCE(x) do{static _Bool __attribute__((section(\".data.once\")))"
                        + " __already_done; if(!__already_done){__already_done=1;"
                        + "ext(x);}}while(0)\n";
        String source =
                site + "void f(int x){<<|if(x>3)ONCE(7);>>ext(x);} void g(int x){ONCE(8);ext(x);}";
        for (List<String> build : BUILDS) {
            ObjectDiff diff =
                    Pairs.diff(
                            directory,
                            MACROS + source,
                            build.getFirst(),
                            build.subList(1, build.size()).toArray(String[]::new));
            assertThat(Pairs.functions(diff, Verdict.CHANGED)).as("%s", build).containsOnly("f");
            assertThat(diff.data().stream().filter(d -> d.verdict() == Verdict.NEW))
                    .as("%s", build)
                    .hasSize(1);
            assertThat(diff.data().stream().filter(d -> d.verdict() == Verdict.UNCHANGED))
                    .as("%s", build)
                    .hasSize(1);
        }
    }

    /** A reason that shows the same on both sides tells nothing. */
    @Test
    void reasonsTellTheTwoSidesApart(@TempDir Path directory) throws IOException {
        String source = "void f(int x){<<|if(x>3)x*=7;>>ext(x);ext(x+1);}";
        for (List<String> build : BUILDS) {
            ObjectDiff diff =
                    Pairs.diff(
                            directory,
                            MACROS + source,
                            build.getFirst(),
                            build.subList(1, build.size()).toArray(String[]::new));
            assertThat(diff.functions().getFirst().reasons())
                    .as("%s", build)
                    .isNotEmpty()
                    .allSatisfy(r -> assertThat(r.original()).isNotEqualTo(r.patched()));
        }
    }
}
