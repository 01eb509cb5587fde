package suture.host.process;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.host.process.ProcFiles.Mapping;

import java.io.IOException;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes a stopped process do system calls, so that it goes on unharmed even if the tracer dies in
 * the middle: the thread saves what it changes, does the calls, restores everything and jumps back,
 * all by code of its own. The tracer only sets the instruction and stack pointers, in one step, and
 * watches. (A signal-based stop would not do: a thread that is in one when its tracer dies gets the
 * signal.)
 *
 * <pre>
 *       pushfq; push rax rcx rdx rsi rdi r8 r9 r10 r11 rbx
 *       mov  rbx, [table]
 *   1:  mov  rax, [rbx];  test rax, rax;  js 2f
 *       mov  rdi, rsi, rdx, r10, r8, r9 from [rbx + 8 ...]
 *       syscall;  test rax, rax;  js 2f
 *       add  rbx, 56;  jmp 1b
 *   2:  pop  rbx r11 r10 r9 r8 rdi rsi rdx rcx rax;  popfq
 *       mov  rsp, [stack];  jmp [return]
 *       table, stack, return: 8 bytes each
 * </pre>
 */
final class Detour {
    private static final String CODE =
            """
            9c 50 51 52 56 57 41 50 41 51 41 52 41 53 53
            48 8b 1d 4a 00 00 00
            48 8b 03 48 85 c0 78 25
            48 8b 7b 08 48 8b 73 10 48 8b 53 18 4c 8b 53 20 4c 8b 43 28 4c 8b 4b 30
            0f 05 48 85 c0 78 06
            48 83 c3 38 eb d3
            5b 41 5b 41 5a 41 59 41 58 5f 5e 5a 59 58 9d
            48 8b 25 0f 00 00 00 ff 25 11 00 00 00 90\
            """;

    private static final int RED_ZONE = 128;
    private static final int ROOM = 1024;
    private static final int CALL = 56;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int SYSCALL_STOP = 0x85;

    /** The size of the code with its three values. */
    static final int SIZE = code().length + 24;

    private final StoppedProcess process;
    private final ProcessMemory memory;
    private final long place;

    /**
     * @param place {@link #SIZE} executable bytes that nothing else uses
     */
    Detour(StoppedProcess process, ProcessMemory memory, long place) {
        this.process = process;
        this.memory = memory;
        this.place = place;
    }

    /** A system call with up to six arguments. */
    record Call(long number, List<Long> arguments) {
        static Call of(long number, Long... arguments) {
            return new Call(number, List.of(arguments));
        }
    }

    private static byte[] code() {
        return HexFormat.of().parseHex(CODE.replaceAll("\\s+", ""));
    }

    /** A place for it in one of the images. */
    static long place(int pid, List<RunningImage> images, List<Mapping> maps) throws HostException {
        for (RunningImage image : images) {
            long place = image.slack(SIZE);
            if (place >= 0 && maps.stream().anyMatch(m -> m.executable() && m.contains(place))) {
                return place;
            }
        }
        throw new HostException(
                "process "
                        + pid
                        + ": no page of its code has "
                        + SIZE
                        + " unused bytes at its end");
    }

    /**
     * Does the calls in order, up to the first that fails.
     *
     * @return the results of those that were done
     */
    List<Long> run(List<Call> calls) throws IOException {
        List<Integer> errands = process.errands();
        if (errands.isEmpty() && process.suspended()) {
            throw new HostException(
                    "process %d is stopped: let it go on first (kill -CONT %d)"
                            .formatted(process.pid(), process.pid()));
        }
        if (errands.isEmpty()) {
            throw new HostException(
                    "process " + process.pid() + ": every thread is handling a signal; try again");
        }
        int thread = errands.getFirst();
        Bytes before = memory.read(place, SIZE);
        Registers resumed = Registers.of(thread).resumed();
        long stack = ((resumed.stack() - RED_ZONE - ROOM) & -64) - (long) CALL * (calls.size() + 1);
        long table = stack;
        memory.write(table, table(calls));
        memory.write(place, stub(table, resumed));
        resumed.at(place, stack).applyTo(thread);
        List<Long> results = watch(thread, calls.size());
        resumed.applyTo(thread);
        memory.write(place, before);
        return results;
    }

    private static Bytes table(List<Call> calls) {
        ByteSink sink = new ByteSink(ByteOrder.LITTLE_ENDIAN);
        for (Call call : calls) {
            sink.u64(call.number());
            for (int i = 0; i < 6; i++) {
                sink.u64(i < call.arguments().size() ? call.arguments().get(i) : 0);
            }
        }
        return sink.u64(-1).toBytes();
    }

    private static Bytes stub(long table, Registers resumed) {
        return new ByteSink(ByteOrder.LITTLE_ENDIAN)
                .put(Bytes.of(code()))
                .u64(table)
                .u64(resumed.stack())
                .u64(resumed.instruction())
                .toBytes();
    }

    /** Follows the thread from one system call boundary to the next, up to the last call's exit. */
    private List<Long> watch(int thread, int calls) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<Long> results = new ArrayList<>();
        boolean inside = false;
        int signal = 0;
        while (results.size() < calls) {
            LibC.Event stop = process.step(thread, signal, deadline);
            signal = 0;
            if (stop.event() == 0 && stop.signal() != SYSCALL_STOP) {
                signal = stop.signal();
            } else if (stop.event() == 0) {
                Registers now = Registers.of(thread);
                if (now.instruction() < place || now.instruction() >= place + SIZE) {
                    continue;
                }
                inside = !inside;
                if (!inside) {
                    results.add(now.result());
                    if (now.result() < 0) {
                        break;
                    }
                }
            }
        }
        return results;
    }
}
