package suture.impact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Tool;
import suture.exec.JobPool;
import suture.exec.Progress;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Counts, hot spots and the promise about calling conventions, with and without each cause. */
class AuditTest {
    private static final String SOURCE =
            """
            struct s { int a, b, c, d; long e[8]; };
            extern void use(int);
            static inline int hot(int x) { use(x); return x + 1; }
            static __attribute__((noinline)) int f(struct s *p, int k)
            { int v = p->b; use(v + k); use(v); return v; }
            int one(struct s *p) { return f(p, 1) + hot(2); }
            int two(struct s *p) { return f(p, p->c) + hot(3); }
            __attribute__((section(".init.text"))) int setup(int x) { return hot(x); }
            """;

    @TempDir Path scratch;

    @Test
    void copiesBreakThePromiseAndInitialisationCannotBePatched() throws Exception {
        Audit audit = audit("-O2", "-g");
        assertThat(audit.functions()).isEqualTo(4);
        assertThat(audit.patchable()).isEqualTo(2);
        assertThat(audit.obstacles().keySet()).anyMatch(o -> o.contains(".init.text"));
        assertThat(audit.breaches()).extracting(Audit.Breach::function).contains("f.isra.0");
        assertThat(audit.promise()).startsWith("broken");
        Audit.HotSpot worst = audit.hot().getFirst();
        assertThat(worst.name()).isEqualTo("hot");
        assertThat(worst.functions()).isEqualTo(3);
    }

    @Test
    void promiseHoldsOnlyWhereNothingIsHidden() throws Exception {
        assertThat(audit("-O2", "-g", "-fno-ipa-sra", "-fno-ipa-cp").promise())
                .startsWith("not proven");
        assertThat(audit("-O2", "-g", "-fno-ipa-sra", "-fno-ipa-cp", "-fno-ipa-ra").promise())
                .startsWith("holds");
    }

    @Test
    void sampleShowsWhatOptionsPreventAndCost() throws Exception {
        Path source = Files.writeString(scratch.resolve("s.c"), SOURCE);
        List<FlagTrial.Row> rows =
                FlagTrial.run(
                        List.of(
                                new FlagTrial.Job(
                                        scratch, List.of("gcc-12", "-O2", source.toString()))),
                        scratch.resolve("work"),
                        new JobPool(2),
                        Progress.SILENT);
        FlagTrial.Row plain = rows.getFirst();
        assertThat(plain.effects()).containsKey("clone isra");
        assertThat(plain.text()).isEqualTo(plain.base()).isPositive();
        FlagTrial.Row without =
                rows.stream()
                        .filter(r -> r.options().contains("-fno-ipa-sra"))
                        .findFirst()
                        .orElseThrow();
        assertThat(without.effects()).doesNotContainKey("clone isra");
        assertThat(without.failed()).isZero();
        FlagTrial.Row room =
                rows.stream()
                        .filter(r -> r.options().toString().contains("patchable"))
                        .findFirst()
                        .orElseThrow();
        assertThat(room.text()).isGreaterThan(room.base());
    }

    private Audit audit(String... options) throws Exception {
        Path build = Files.createTempDirectory(scratch, "build");
        Tool.compile(build, "gcc-12", SOURCE, "t.o", options);
        return Audit.of(
                BuildIndex.open(build, build.resolve("index"), new JobPool(1), Progress.SILENT)
                        .index());
    }
}
