package suture.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.graph.GraphBuilder;
import suture.graph.ObjectGraph;
import suture.match.Correlator;
import suture.match.LineNumbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The stages of a comparison by the number of functions: twice as many should take twice as long.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Matching {
    /** Functions of the unit; three of them are changed. */
    @Param({"1000", "4000", "16000"})
    public int functions;

    private ElfObject original;
    private ElfObject patched;
    private ObjectGraph before;
    private ObjectGraph after;

    /** Compiles the unit as bench/run does. */
    @Setup
    public void compile() throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("suture-bench");
        original = compile(scratch, 0);
        patched = compile(scratch, 3);
        before = GraphBuilder.build(original);
        after = GraphBuilder.build(patched);
    }

    private ElfObject compile(Path scratch, int changed) throws IOException, InterruptedException {
        String command =
                "awk -v functions=%d -v changed=%d -f '%s/unit.awk' >u.c && gcc-12 -O1 -c u.c"
                        + " -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -o"
                        + " u%d.o";
        String bench = System.getProperty("suture.bench");
        Process process =
                new ProcessBuilder(
                                "sh", "-c", command.formatted(functions, changed, bench, changed))
                        .directory(scratch.toFile())
                        .inheritIO()
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException("cannot compile the unit");
        }
        return ElfReader.read(scratch.resolve("u" + changed + ".o"));
    }

    /** Object to graph. */
    @Benchmark
    public ObjectGraph graph() {
        return GraphBuilder.build(original);
    }

    /** Fingerprints, refined to their fixpoint, and the pairs that follow. */
    @Benchmark
    public Correlator.Result refinement() {
        return Correlator.correlate(before, after, LineNumbers.NONE);
    }

    /** All of it. */
    @Benchmark
    public ObjectDiff diff() {
        return Differ.diff(original, patched);
    }
}
