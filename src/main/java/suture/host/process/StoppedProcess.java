package suture.host.process;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with all of its threads stopped by this thread. Closing it lets them go on; if this
 * thread or the whole of Suture ends first, the kernel does.
 */
final class StoppedProcess implements AutoCloseable {
    private static final int SIGTRAP = 5;
    private static final int EVENT_EXEC = 4;
    static final int EVENT_STOP = 128;

    /** PTRACE_O_TRACESYSGOOD, TRACECLONE, TRACEEXEC; never EXITKILL. */
    private static final long OPTIONS = 0x1 | 0x8 | 0x10;

    private static final long PAUSE = 100_000;

    private final int pid;
    private final Set<Integer> traced = new TreeSet<>();
    private final Map<Integer, LibC.Event> stops = new LinkedHashMap<>();

    private StoppedProcess(int pid) {
        this.pid = pid;
    }

    /**
     * Stops every thread, new ones too.
     *
     * @throws HostException if the kernel refuses, or a thread does not stop in time
     */
    static StoppedProcess stop(int pid, Duration patience) throws IOException {
        StoppedProcess process = new StoppedProcess(pid);
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            boolean fresh;
            do {
                fresh = false;
                for (int thread : ProcFiles.threads(pid)) {
                    if (!process.traced.contains(thread) && process.seize(thread)) {
                        fresh = true;
                    }
                }
                process.await(deadline);
            } while (fresh);
            if (process.stops.isEmpty()) {
                throw Refusal.of(pid);
            }
            return process;
        } catch (IOException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private boolean seize(int thread) throws IOException {
        int error = LibC.ptrace(LibC.SEIZE, thread, 0, OPTIONS);
        if (error == 0) {
            traced.add(thread);
            LibC.ptrace(LibC.INTERRUPT, thread, 0, 0);
            return true;
        }
        if (stops.containsKey(thread)) {
            return false;
        }
        String state;
        try {
            state = ProcFiles.status(thread, "State");
        } catch (HostException e) {
            return false;
        }
        if (error == -LibC.ESRCH || state.startsWith("Z") || state.startsWith("X")) {
            return false;
        }
        if (Refusal.tracer(thread) == LibC.thread()) {
            return traced.add(thread);
        }
        throw Refusal.of(pid);
    }

    private void await(long deadline) throws IOException {
        while (!stops.keySet().containsAll(traced)) {
            LibC.Event event = LibC.poll();
            if (event != null) {
                accept(event);
            } else if (System.nanoTime() > deadline) {
                traced.removeAll(stops.keySet());
                int thread = traced.iterator().next();
                throw new HostException(
                        "process %d: thread %d (%s) does not stop, its state is %s; try again later"
                                .formatted(
                                        pid,
                                        thread,
                                        ProcFiles.name(pid, thread),
                                        ProcFiles.status(thread, "State")));
            } else {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private void accept(LibC.Event event) throws HostException {
        if (!event.stopped()) {
            traced.remove(event.thread());
            stops.remove(event.thread());
            if (event.thread() == pid) {
                throw new HostException("process " + pid + " has ended");
            }
            return;
        }
        traced.add(event.thread());
        stops.put(event.thread(), event);
        if (event.event() == EVENT_EXEC) {
            throw new HostException("process " + pid + " has just become another program (execve)");
        }
    }

    int pid() {
        return pid;
    }

    /** The threads, in order of their numbers. */
    List<Integer> threads() {
        return List.copyOf(new TreeSet<>(stops.keySet()));
    }

    /**
     * Threads that were stopped by us alone, so that they can be sent elsewhere for a while; those
     * in a system call first, as they are in no restartable sequence.
     */
    List<Integer> errands() throws HostException {
        List<Integer> first = new ArrayList<>();
        List<Integer> last = new ArrayList<>();
        for (LibC.Event stop : stops.values()) {
            if (stop.event() == EVENT_STOP && stop.signal() == SIGTRAP) {
                boolean call = Registers.of(stop.thread()).inSystemCall();
                (call ? first : last).add(stop.thread());
            }
        }
        first.addAll(last);
        return first;
    }

    /** Whether all threads were stopped already, by a signal such as SIGSTOP (a group-stop). */
    boolean suspended() {
        return stops.values().stream()
                .allMatch(stop -> stop.event() == EVENT_STOP && stop.signal() != SIGTRAP);
    }

    /**
     * Lets one thread go on to its next system call boundary.
     *
     * @return the event it stopped with
     */
    LibC.Event step(int thread, int signal, long deadline) throws IOException {
        stops.remove(thread);
        LibC.ptrace(LibC.SYSCALL, thread, 0, signal);
        await(deadline);
        LibC.Event stop = stops.get(thread);
        if (stop == null) {
            throw new HostException("thread " + thread + " has ended");
        }
        return stop;
    }

    /** Lets every thread go on; a signal that was about to be delivered is delivered. */
    @Override
    public void close() {
        for (LibC.Event stop : stops.values()) {
            boolean signal = stop.event() == 0 && (stop.signal() & 0x80) == 0;
            LibC.ptrace(LibC.DETACH, stop.thread(), 0, signal ? stop.signal() : 0);
        }
        stops.clear();
        traced.clear();
    }
}
