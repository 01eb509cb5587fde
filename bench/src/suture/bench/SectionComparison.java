package suture.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import suture.bytes.Bytes;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * How fast equal content is found equal. One operation is a byte, so operations in a microsecond
 * are megabytes (10^6) in a second; of each of the two sides. {@code copy} is what the memory
 * gives: the same bytes read once and written once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SectionComparison {
    private static final int SIZE = 64 << 20;
    private static final int SMALL = 256;

    private Bytes one;
    private Bytes two;
    private byte[] from;
    private byte[] to;

    /** Two copies of the same noise. */
    @Setup
    public void fill() {
        from = new byte[SIZE];
        to = new byte[SIZE];
        new Random(1).nextBytes(from);
        one = Bytes.of(from);
        two = Bytes.of(from);
    }

    /** One section of 64 MiB. */
    @Benchmark
    @OperationsPerInvocation(SIZE)
    public long oneSection() {
        return one.mismatch(two);
    }

    /** As many sections of 256 bytes as have that size together: a function or a datum each. */
    @Benchmark
    @OperationsPerInvocation(SIZE)
    public long manySections() {
        long different = 0;
        for (long at = 0; at < SIZE; at += SMALL) {
            different += one.slice(at, SMALL).mismatch(two.slice(at, SMALL)) < 0 ? 0 : 1;
        }
        return different;
    }

    /** The memory itself. */
    @Benchmark
    @OperationsPerInvocation(SIZE)
    public byte[] copy() {
        System.arraycopy(from, 0, to, 0, SIZE);
        return to;
    }
}
