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
    static final List<String> COMPILERS =
            List.of(
                    "aarch64-linux-gnu-gcc",
                    "powerpc64le-linux-gnu-gcc",
                    "s390x-linux-gnu-gcc",
                    "riscv64-linux-gnu-gcc");

    private static final List<String> LEVELS = List.of("-O1", "-O2");

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

    /** Three arrays behind a first one, in one order or the other, or behind a new one. */
    private static Case arrays(String name, String functions, String... changed) {
        return kept(name, "static int a[24],<<b[24],c|c[24],b>>[24]; ", functions, changed);
    }

    private static Case shifted(String name, String functions, String... changed) {
        String variables = "<<|static int front[2];>> static int a[24],b[24],c[24]; ";
        return kept(name, variables, functions, changed);
    }

    private static final String WALK =
            "int walk(void){int s=0;for(int*p=b;p!=b+8;p+=%s)s=s*3+*p;return s;}";

    /** What is done with an address besides an access at a known distance. */
    private static Stream<Case> ways() {
        return Stream.of(
                shifted("a loop", WALK.formatted("1")),
                shifted("a loop in other steps", WALK.formatted("<<1|2>>"), "walk"),
                arrays(
                        "a loop over another one",
                        WALK.formatted("1").replace("b", "<<b|c>>"),
                        "walk"),
                shifted("a choice", "void pick(int i){keep(i?&a[1]:&b[3]);}"),
                shifted(
                        "the other way round",
                        "void pick(int i){keep(i?<<&a[1]:&b[3]|&b[3]:&a[1]>>);}",
                        "pick"),
                shifted(
                        "a choice of other elements",
                        "void pick(int i){keep(i?&a[1]:&a[<<3|4>>]);}",
                        "pick"),
                arrays(
                        "a choice of another one",
                        "void pick(int i){keep(i?&a[1]:&<<b|c>>[3]);}",
                        "pick"),
                shifted(
                        "a choice that is read",
                        "int pick(int i){int*p=i?&a[1]:&b[3];return p[2]+p[4];}"),
                arrays(
                        "an element before in another one",
                        "int get(long i){return <<b|c>>[i-2];}",
                        "get"),
                arrays("the same one elsewhere", "int get(long i){return b[i]+c[i+1]*5;}"),
                arrays("another one, indexed", "int get(long i){return <<b|c>>[i];}", "get"),
                arrays("another one, far inside", "int get(long i){return <<b|c>>[i+20];}", "get"),
                shifted("a distance", "long far(int*p){return p-b;}"),
                arrays("a distance to another one", "long far(int*p){return p-<<b|c>>;}", "far"),
                shifted(
                        "a distance of another one",
                        "long far(int*p){return p-&b[<<1|2>>];}",
                        "far"),
                shifted("kept in memory", "void put(int**p){*p=b;}"),
                arrays("another one in memory", "void put(int**p){*p=<<b|c>>;}", "put"),
                shifted("another part in memory", "void put(int**p){*p=&b[<<1|2>>];}", "put"),
                shifted("a comparison", "int is(int*p){return p==b;}"),
                arrays("a comparison with another one", "int is(int*p){return p==<<b|c>>;}", "is"),
                shifted(
                        "over calls",
                        "void twice(int i){keep(&a[i]);keep(&b[1]);b[2]=a[3];keep(b);c[1]=b[2];}"),
                arrays(
                        "another one over calls",
                        "void twice(int"
                                + " i){keep(&a[i]);keep(&b[1]);b[2]=a[3];keep(b);<<b|c>>[1]=b[2];}",
                        "twice"),
                shifted("on the stack", "void all4(int i){int*t[4]={a,b,c,a+i};keep(t,t[i]);}"),
                arrays(
                        "another one on the stack",
                        "void all4(int i){int*t[4]={a,<<b|c>>,c,a+i};keep(t,t[i]);}",
                        "all4"),
                shifted(
                        "back from the stack",
                        "int back(void){int*volatile p=&b[2];keep(0);return p[1];}"),
                shifted(
                        "another one back from the stack",
                        "int back(void){int*volatile p=&b[2];keep(&p);return p[<<1|3>>];}",
                        "back"),
                shifted(
                        "copied",
                        "void copy(void){__builtin_memcpy(a,b,8);__builtin_memset(c,0,8);}"),
                arrays(
                        "copied from another one",
                        "void copy(void){__builtin_memcpy(a,<<b|c>>,8);}",
                        "copy"),
                arrays(
                        "copied to another one",
                        "void copy(void){__builtin_memcpy(<<b|c>>,a,8);}",
                        "copy"));
    }

    static Stream<Case> cases() {
        return Stream.concat(places(), ways());
    }

    private static Stream<Case> places() {
        String front = "<<|static int front[2];>> static int a,b,c; ";
        String set = "void set(int x){a=x;b=x+1;c=x+2;} ";
        return Stream.of(
                new Case(
                        "alone until another one comes",
                        "<<|static const int more[9]={7,1,2};int pick(int i){return more[i];}>> "
                                + "int use(int,double,int*); static int a[5],b[5]; "
                                + "int get(int i){a[i]++;b[i]+=2;return use(a[1],503.0,b);}",
                        Set.of()),
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
            for (String level : LEVELS) {
                ObjectDiff diff =
                        Pairs.diff(
                                directory, test.source, compiler, level, "-fno-toplevel-reorder");
                check(test, compiler + " " + level, diff);
            }
        }
    }

    private static void check(Case test, String build, ObjectDiff diff) {
        assertThat(Pairs.functions(diff, Verdict.CHANGED, Verdict.IMPACTED))
                .as("%s, %s: %s", test, build, diff.functions())
                .isEqualTo(new TreeSet<>(test.changed));
    }
}
