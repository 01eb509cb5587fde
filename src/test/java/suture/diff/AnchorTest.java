package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * gcc reaches several variables from one section anchor, with the distance in the instruction. What
 * moves its variables does not change a function; what reaches another variable at the same
 * distance does.
 */
class AnchorTest {
    private static final List<String> COMPILERS =
            List.of("aarch64-linux-gnu-gcc", "powerpc64le-linux-gnu-gcc", "riscv64-linux-gnu-gcc");

    record Case(String name, String source, Set<String> changed) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * All variables stay, and the first one stays first: no instruction is there or not for that.
     */
    private static Case kept(String name, String variables, String functions, String... changed) {
        String all = "void keep(void*,...); static int first[4]; ";
        String end = " void all(void){keep(first,&a,&b,&c);} int head(int i){return first[i];}";
        return new Case(name, all + variables + functions + end, Set.of(changed));
    }

    static Stream<Case> cases() {
        String front = "<<|static int front[2];>> static int a,b,c; ";
        String set = "void set(int x){a=x;b=x+1;c=x+2;} ";
        return Stream.of(
                kept("a variable in front", front, set + "int get(void){return a+b*3+c*5;}"),
                kept(
                        "another variable",
                        "static int a,b,c; ",
                        set + "int get(void){return a+<<b|c>>*3;}",
                        "get"),
                kept(
                        "another variable at the same distance",
                        "static int a,<<b,c|c,b>>; ",
                        "int get(void){return a+<<b|c>>*3;} int other(void){return a;}",
                        "get"),
                kept(
                        "two change places",
                        "static int a,<<b,c|c,b>>; ",
                        "int get(void){return a+b*3;} int other(void){return a-c;}"),
                kept(
                        "another element",
                        front.replace("a,b,c", "a[9],b[9],c"),
                        "int get(void){return a[2]+b[<<3|4>>];} int other(void){return a[2]+b[3];}",
                        "get"),
                kept(
                        "indexed ones behind a new one",
                        front.replace("a,b,c", "a[9],b[9],c"),
                        "int get(int i){return a[i]+b[i]*3;}"),
                kept(
                        "another one is passed on",
                        "static int a,b,c; ",
                        "int pass(void){keep(&<<a|b>>);return 1;}",
                        "pass"),
                kept(
                        "another one is passed on from the same place",
                        "static int a,<<b,c|c,b>>; ",
                        "int pass(void){keep(&<<b|c>>);return 1;} int other(void){return a;}",
                        "pass"),
                kept(
                        "another one is returned from the same place",
                        "static int a,<<b,c|c,b>>; ",
                        "int*pass(void){return &<<b|c>>;} int other(void){return a;}",
                        "pass"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exactlyTheseChange(Case test, @TempDir Path directory) throws IOException {
        for (String compiler : COMPILERS) {
            ObjectDiff diff =
                    Pairs.diff(directory, test.source, compiler, "-O2", "-fno-toplevel-reorder");
            check(test, compiler, diff);
        }
    }

    private static void check(Case test, String build, ObjectDiff diff) {
        assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED))
                .as("%s: %s", build, diff.functions())
                .isEqualTo(new TreeSet<>(test.changed));
    }
}
