package suture.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import suture.bytes.Bytes;
import suture.elf.ElfReader;
import suture.machine.InstructionCursor;
import suture.machine.Machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * How fast code is taken apart: the first 4 MiB of the Java machine's own library. One operation is
 * a byte, so operations in a microsecond are megabytes (10^6) in a second. The other machines'
 * cursors read the same bytes, which is not their code; their speed does not depend on that much.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Decoding {
    private static final int SIZE = 4 << 20;

    /** Whose instructions. */
    @Param({"x86_64", "aarch64", "s390x"})
    public String machine;

    private Bytes code;
    private Machine decoder;

    /** Reads the code. */
    @Setup
    public void read() throws IOException {
        Path library = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
        code = ElfReader.read(library).content(".text").slice(0, SIZE);
        decoder =
                Machine.all().stream()
                        .filter(m -> m.name().equals(machine))
                        .findFirst()
                        .orElseThrow();
    }

    /** End to end. */
    @Benchmark
    @OperationsPerInvocation(SIZE)
    public long walk() {
        InstructionCursor cursor = decoder.instructions(code);
        long sum = 0;
        while (cursor.next()) {
            sum += cursor.length() + cursor.displacementSize() + cursor.flow().ordinal();
        }
        return sum;
    }
}
