package suture.host.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why the kernel does not let us at a process, in one line. */
final class Refusal {
    private static final Path YAMA = Path.of("/proc/sys/kernel/yama/ptrace_scope");

    private Refusal() {}

    static HostException of(int pid, IOException cause) throws IOException {
        return cause instanceof HostException known ? known : of(pid);
    }

    static HostException of(int pid) throws IOException {
        if (!Files.exists(Path.of("/proc/" + pid))) {
            return new HostException("no such process: " + pid);
        }
        String state = ProcFiles.status(pid, "State");
        if (state.startsWith("Z") || state.startsWith("X")) {
            return new HostException("process " + pid + " has ended");
        }
        int tracer = tracer(pid);
        if (tracer != 0) {
            return new HostException(
                    "process %d is traced by process %d (%s): end that first"
                            .formatted(pid, tracer, ProcFiles.name(tracer, tracer)));
        }
        String scope = yama();
        String remedy =
                scope.equals("0")
                        ? "run Suture as the user that owns it"
                        : "run Suture as root, or write 0 to "
                                + YAMA
                                + ", which says "
                                + scope
                                + " now";
        return new HostException("process " + pid + " may not be traced: " + remedy);
    }

    static int tracer(int pid) throws IOException {
        String tracer = ProcFiles.status(pid, "TracerPid");
        return tracer.isEmpty() ? 0 : Integer.parseInt(tracer);
    }

    private static String yama() {
        try {
            return Files.readString(YAMA).strip();
        } catch (IOException e) {
            return "0";
        }
    }
}
