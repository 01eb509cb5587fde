package suture.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.bytes.Bytes;
import suture.elf.ElfObject.Segment;
import suture.elf.Tool;
import suture.host.process.ProcFiles.Mapping;
import suture.host.process.Unwinder.Frame;
import suture.host.process.Unwinder.Walk;
import suture.machine.FrameFacts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stacks are what GDB says they are, and what the calls and returns made of them. */
class UnwinderTest {
    private static final FrameFacts FACTS = FrameFacts.X86_64;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern THREAD = Pattern.compile("Thread .*LWP (\\d+)\\).*");
    private static final Pattern FRAME = Pattern.compile("#\\d+ +(?:0x([0-9a-f]+) in|<signal).*");
    private static final int STEPS = Integer.getInteger("suture.steps", 6000);
    private static final int SINGLE_STEP = 9;
    private static final Set<Integer> PREFIXES = Set.of(0x66, 0x2e, 0x3e, 0xf2, 0xf3);

    @TempDir Path directory;

    private Path program(String source, String how) {
        String[] parts = how.split("\\|", -1);
        List<String> words = List.of(parts[0].split(" ", -1));
        List<String> linking = List.of(parts[1].split(" ", -1));
        return new Bench(directory, words.getFirst(), words.subList(1, words.size()), linking)
                .executable(source);
    }

    private static Unwinder unwinder(ProcessMemory memory, int pid) throws IOException {
        List<Mapping> maps = ProcFiles.maps(pid);
        StoppedMemory code = new StoppedMemory(memory);
        FrameTables tables =
                new FrameTables(
                        pid, code, RunningImage.all(memory, maps), PatchRecord.of(memory, maps));
        return new Unwinder(
                (address, length) -> new StoppedMemory(memory).read(address, length),
                maps,
                tables,
                new CodeProbe(code, maps, FACTS),
                FACTS);
    }

    static Map<Integer, Walk> walks(int pid) throws IOException {
        return TracerThread.call(() -> {
            try (ProcessMemory memory = ProcessMemory.readable(pid);
                    StoppedProcess process = StoppedProcess.stop(pid, TIMEOUT)) {
                Map<Integer, Walk> walks = new TreeMap<>();
                Unwinder unwinder = unwinder(memory, pid);
                for (int thread : process.threads()) {
                    walks.put(thread, unwinder.walk(Registers.of(thread).frame(FACTS)));
                }
                return walks;
            }
        });
    }

    /** The addresses of GDB's frames by thread; empty for the frame that the kernel made. */
    private Map<Integer, List<String>> debugger(int pid) {
        String text =
                Tool.run(
                        directory,
                        "gdb",
                        "-nx",
                        "-batch",
                        "-iex",
                        "set debug-file-directory /none", // or it shows inlined calls as frames
                        "-p",
                        "" + pid,
                        "-ex",
                        "set backtrace past-main on",
                        "-ex",
                        "set backtrace past-entry on",
                        "-ex",
                        "thread apply all bt");
        Map<Integer, List<String>> frames = new TreeMap<>();
        List<String> current = new ArrayList<>();
        for (String line : text.substring(text.indexOf("\nThread ")).lines().toList()) {
            Matcher thread = THREAD.matcher(line);
            Matcher frame = FRAME.matcher(line);
            if (thread.matches()) {
                current = new ArrayList<>();
                frames.put(Integer.valueOf(thread.group(1)), current);
            } else if (frame.matches()) {
                String address = frame.group(1);
                current.add(address == null ? "" : address.replaceFirst("^0+", ""));
            }
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O0|-pie",
                "gcc-12 -O1 -fPIE|-pie",
                "gcc-12 -O2 -fomit-frame-pointer|-pie",
                "gcc-12 -O3 -fno-pie|-no-pie",
                "gcc-12 -Os -fno-plt|-pie -Wl,-z,now",
                "gcc-12 -O2|-static",
                "gcc-11 -O2 -fno-omit-frame-pointer|-pie",
                "clang-14 -O1|-pie",
                "clang-16 -O2|-pie",
                "clang-19 -O3 -fomit-frame-pointer|-pie",
                "clang-19 -O0|-pie",
            })
    void framesAreThoseOfTheDebugger(String how) throws IOException {
        Path program = program(StackProgram.SOURCE, how);
        try (Bench.Running running = new Bench.Running(directory, program)) {
            Map<Integer, Walk> walks = walks(running.pid);
            Map<Integer, List<String>> expected = debugger(running.pid);
            assertThat(walks).hasSize(9).containsOnlyKeys(expected.keySet());
            walks.forEach((thread, walk) -> {
                assertThat(walk.lost()).isNull();
                List<String> frames = new ArrayList<>();
                List<String> known = expected.getOrDefault(thread, List.of());
                for (int i = 0; i < walk.frames().size(); i++) {
                    boolean kernel = i < known.size() && known.get(i).isEmpty();
                    frames.add(kernel ? "" : Long.toHexString(walk.frames().get(i).pc()));
                }
                assertThat(frames).isEqualTo(known);
            });
            assertThat(expected.values().stream().filter(f -> f.contains(""))).hasSize(3);
            assertThat(expected.values().stream().mapToInt(List::size).sum()).isGreaterThan(60);
        }
    }

    /** Information that somebody has scribbled over ends a walk, in one way or another. */
    @Test
    @Timeout(60)
    void scribbledInformationEndsInTime() throws IOException {
        Path program = program(StackProgram.SOURCE, "gcc-12 -O2|-pie");
        try (Bench.Running running = new Bench.Running(directory, program);
                ProcessMemory memory = ProcessMemory.writable(running.pid)) {
            RunningImage image =
                    RunningImage.of(memory, ProcFiles.maps(running.pid)).stream()
                            .filter(i -> i.path().endsWith("/program"))
                            .findFirst()
                            .orElseThrow();
            Segment header =
                    image.segments().stream()
                            .filter(s -> s.type() == 0x6474_e550)
                            .findFirst()
                            .orElseThrow();
            long address = image.bias() + header.virtualAddress();
            Bytes good = memory.read(address, 2048);
            Random random = new Random(11);
            int lost = 0;
            for (int i = 0; i < 60; i++) {
                byte[] bad = good.toArray();
                for (int n = 1 + random.nextInt(200); n > 0; n--) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
                }
                memory.write(address, Bytes.of(bad));
                for (Walk walk : walks(running.pid).values()) {
                    assertThat(walk.frames()).isNotEmpty();
                    lost += walk.lost() == null ? 0 : 1;
                }
            }
            memory.write(address, good);
            assertThat(walks(running.pid).values()).allMatch(walk -> walk.lost() == null);
            assertThat(lost).isGreaterThan(60);
        }
    }

    /** A return address and where it stands. */
    private record Call(long slot, long back) {
        @Override
        public String toString() {
            return "%x at %x".formatted(back, slot);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc-12 -O0|-pie",
                "gcc-12 -O2 -fomit-frame-pointer|-pie",
                "gcc-12 -Os|-pie",
                "gcc-12 -O3|-static",
                "clang-16 -O2|-pie",
                "clang-19 -O1|-pie -Wl,-z,now",
            })
    void everyInstructionHasTheCallersThatCalled(String how) throws IOException {
        Path program = program(StackProgram.BUSY, how);
        try (Bench.Running running = new Bench.Running(directory, program)) {
            int same =
                    TracerThread.call(() -> {
                        try (ProcessMemory memory = ProcessMemory.readable(running.pid);
                                StoppedProcess process =
                                        StoppedProcess.stop(running.pid, TIMEOUT)) {
                            return follow(process, memory, running.pid);
                        }
                    });
            assertThat(same).isGreaterThan(STEPS * 95 / 100);
        }
    }

    private static int follow(StoppedProcess process, ProcessMemory memory, int thread)
            throws IOException {
        Unwinder unwinder = unwinder(memory, process.pid());
        Registers now = Registers.of(thread);
        Deque<Call> calls = new ArrayDeque<>();
        List<Frame> first = unwinder.walk(now.frame(FACTS)).frames();
        first.stream().skip(1).forEach(f -> calls.add(new Call(f.stack() - 8, f.pc())));
        int same = 0;
        for (int i = 0; i < STEPS; i++) {
            boolean call = call(memory, now.instruction());
            assertThat(LibC.ptrace(SINGLE_STEP, thread, 0, 0)).isZero();
            LibC.Event event = LibC.poll();
            while (event == null) {
                LockSupport.parkNanos(1000);
                event = LibC.poll();
            }
            assertThat(event.stopped()).isTrue();
            now = Registers.of(thread);
            while (!calls.isEmpty() && calls.peek().slot() < now.stack()) {
                calls.pop();
            }
            if (call) {
                calls.push(new Call(now.stack(), memory.word(now.stack())));
            }
            same += same(unwinder.walk(now.frame(FACTS)), calls) ? 1 : 0;
        }
        return same;
    }

    /**
     * Whether the walk is the calls. If not, it either ends at once, in a stub of the procedure
     * linkage table without information; or it is in the C library's {@code longjmp}, whose caller
     * is what it is going to go on with: then the frames from there on agree.
     */
    private static boolean same(Walk walk, Deque<Call> calls) {
        List<Call> found = new ArrayList<>();
        for (Frame frame : walk.frames().subList(1, walk.frames().size())) {
            found.add(new Call(frame.stack() - 8, frame.pc()));
        }
        if (walk.lost() != null) {
            assertThat(found).as("%s where %s called", walk, calls).isEmpty();
            return false;
        }
        if (found.equals(List.copyOf(calls))) {
            return true;
        }
        Call target = found.removeFirst();
        List<Call> left = calls.stream().filter(c -> c.slot() > target.slot()).toList();
        assertThat(found).as("%s where %s called", walk, calls).isEqualTo(left);
        return false;
    }

    private static boolean call(ProcessMemory memory, long pc) throws IOException {
        byte[] code = new byte[16];
        memory.read(pc, code);
        int at = 0;
        while (PREFIXES.contains(code[at] & 0xff) || (code[at] & 0xf0) == 0x40) {
            at++;
        }
        int opcode = code[at] & 0xff;
        return opcode == 0xe8 || (opcode == 0xff && ((code[at + 1] >> 3) & 7) == 2);
    }
}
