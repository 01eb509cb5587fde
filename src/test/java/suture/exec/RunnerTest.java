package suture.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

class RunnerTest {
    @TempDir private Path scratch;

    @Test
    void outputErrorsAndStatusAreCaptured() {
        Result result = Runner.run(Command.of("sh", "-c", "echo out; echo err >&2; exit 3"));
        assertThat(result).isEqualTo(new Result(3, "out\n", "err\n"));
    }

    @Test
    void largeOutputsOnBothStreamsDoNotBlock() {
        Result result = Runner.run(Command.of("sh", "-c", "seq 200000; seq 200000 >&2"));
        assertThat(result.output()).hasSizeGreaterThan(1_000_000).endsWith("200000\n");
        assertThat(result.errors()).isEqualTo(result.output());
    }

    @Test
    void theCallersEnvironmentDoesNotReachTheProgram() {
        String seen = Runner.check(Command.of("env").with("SUTURE_X", "1")).output();
        assertThat(seen.lines()).contains("LC_ALL=C", "SUTURE_X=1");
        assertThat(seen.lines())
                .noneMatch(line -> line.matches("(MAKEFLAGS|MAVEN|JAVA_HOME|CPATH|LANG)\\w*=.*"));
    }

    @Test
    void inputAndOutputMayBeFiles() throws Exception {
        Path in = Files.writeString(scratch.resolve("in"), "b\na\n");
        Path out = scratch.resolve("out");
        Runner.check(Command.of("sort").from(in).to(out).in(scratch));
        assertThat(out).hasContent("a\nb\n");
    }

    @Test
    void aPipelineGivesItsFirstFailure() {
        assertThat(Runner.pipe(List.of(Command.of("seq", "3"), Command.of("tail", "-n1"))))
                .isEqualTo(new Result(0, "3\n", ""));
        Result failed =
                Runner.pipe(
                        List.of(Command.of("sh", "-c", "echo no >&2; exit 7"), Command.of("cat")));
        assertThat(failed.status()).isEqualTo(7);
        assertThat(failed.errors()).isEqualTo("no\n");
    }

    @Test
    void aFailureHasTheLastWordsAndWhatWasDone() {
        assertThatThrownBy(() ->
                        Runner.check(
                                "compiling a.c", Command.of("sh", "-c", "seq 100 >&2; exit 1")))
                .isInstanceOf(ToolFailure.class)
                .hasMessageStartingWith("compiling a.c: sh failed with status 1")
                .hasMessageEndingWith("100")
                .message()
                .doesNotContain(" 80" + System.lineSeparator());
    }

    @Test
    void aMissingToolSaysWhatToInstall() {
        assertThatThrownBy(() -> Runner.run(Command.of("no-such-compiler-99")))
                .isInstanceOf(ToolMissing.class)
                .hasMessage(
                        "no-such-compiler-99 is not installed; install with: apt-get install"
                                + " no-such-compiler-99");
        assertThat(new ToolMissing(List.of("xz", "ar", "ld", "bison")))
                .hasMessage(
                        "ar, bison, ld, xz are not installed; install with: apt-get install"
                                + " binutils bison xz-utils");
    }

    @Test
    void whatTakesTooLongIsStoppedWithItsChildren() {
        long start = System.nanoTime();
        assertThatThrownBy(() ->
                        Runner.run(
                                Command.of("sh", "-c", "sleep 30; true")
                                        .within(Duration.ofMillis(200))))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("did not finish");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void jobsKeepTheirOrderAndTheFirstFailureWins() {
        List<Integer> items = IntStream.range(0, 200).boxed().toList();
        assertThat(new JobPool(4).map(items, Progress.SILENT, i -> i * 2))
                .isEqualTo(items.stream().map(i -> i * 2).toList());
        assertThatThrownBy(() ->
                        new JobPool(4)
                                .map(
                                        items,
                                        Progress.SILENT,
                                        i -> {
                                            if (i % 2 == 1) {
                                                throw new IllegalArgumentException("" + i);
                                            }
                                            return i;
                                        }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1");
    }
}
