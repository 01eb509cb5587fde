package suture.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Functions whose ways meet as often as can be: hundreds of labels that each jump to any other, by
 * a table, with addresses in all registers and on the stack. Following them ends in time. (It ends
 * by itself; the bound that {@code AnchorFlow} sets is for what no compiler has made here.)
 */
class AnchorLimitTest {
    private static String maze(int labels, String element) {
        String names =
                IntStream.range(0, labels)
                        .mapToObj(i -> "&&l" + i)
                        .collect(Collectors.joining(","));
        String blocks =
                IntStream.range(0, labels)
                        .mapToObj(i ->
                                "l%d:p=q;q=i&%d?r:&b[%d];r=p+1;*p+=i;if(i++>%s)return *q;goto *t[i%%%d];"
                                        .formatted(i, i + 1, i % 9, element, labels))
                        .collect(Collectors.joining());
        return "static int first[4]; <<|static int front[2];>> static int a[24],b[24];"
                + " int maze(unsigned i){static const void*const t[]={"
                + names
                + "};int*p=a,*q=b,*r=first;goto *t[i%"
                + labels
                + "];"
                + blocks
                + "} int get(void){return a[1]+b[2]*3+first[1];}"
                + " void keep(void*,...); void all(void){keep(first,a,b);}";
    }

    @Test
    @Timeout(60)
    void mazesEnd(@TempDir Path directory) throws IOException {
        for (String compiler : AnchorTest.COMPILERS) {
            ObjectDiff same =
                    Pairs.diff(directory, maze(150, "9"), compiler, "-O1", "-fno-toplevel-reorder");
            assertThat(Pairs.functions(same, Verdict.CHANGED))
                    .as("%s: %s", compiler, same.functions())
                    .doesNotContain("get", "all");
            ObjectDiff changed =
                    Pairs.diff(
                            directory,
                            maze(150, "<<9|8>>"),
                            compiler,
                            "-O1",
                            "-fno-toplevel-reorder");
            assertThat(Pairs.functions(changed, Verdict.CHANGED))
                    .as("%s: %s", compiler, changed.functions())
                    .contains("maze");
        }
    }
}
