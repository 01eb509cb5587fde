package suture.host.process;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.finding.Finding;
import suture.host.process.ProcFiles.Mapping;
import suture.target.process.PayloadFile;
import suture.target.process.ProcessPayload;
import suture.target.process.ProcessPayload.Code;
import suture.target.process.ProcessPayload.Image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Loads, lists, reverts and unloads live patches of a process. A list of findings says why an
 * operation was not possible before its deadline; an empty one, that it was done. A {@link
 * HostException} says that it is not possible at all.
 */
public final class ProcessHost {
    private static final Duration STOP = Duration.ofSeconds(2);
    private static final long RETRY = 10_000_000;
    private static final int LOOKS = 10;

    private ProcessHost() {}

    /** Something to do with a stopped process. */
    @FunctionalInterface
    private interface Attempt {
        List<Finding> on(StoppedProcess process, ProcessMemory memory) throws IOException;
    }

    /**
     * Loads a payload file.
     *
     * @param name the file's name, for messages
     */
    public static List<Finding> load(int pid, String name, Bytes file, Duration timeout)
            throws IOException {
        ProcessPayload payload = PayloadFile.read(name, file);
        String id = sha256(file);
        return retry(pid, timeout, (p, m) -> new PatchLoader(p, m, payload, id).load());
    }

    /**
     * The ELF files that a process has mapped and that have a build id, the executable first; names
     * by which they can be read from here.
     */
    public static List<Path> images(int pid) throws IOException {
        return TracerThread.call(() -> {
            try (ProcessMemory memory = ProcessMemory.readable(pid)) {
                List<Path> files = new ArrayList<>();
                files.add(executable(pid));
                for (RunningImage image : RunningImage.of(memory, ProcFiles.maps(pid))) {
                    Path file = Path.of("/proc/" + pid + "/root" + image.path());
                    if (image.buildId() != null
                            && Files.isReadable(file)
                            && !Files.isSameFile(file, files.getFirst())) {
                        files.add(file);
                    }
                }
                return files;
            }
        });
    }

    private static Path executable(int pid) throws IOException {
        Path link = Path.of("/proc/" + pid + "/exe");
        try {
            return link.toRealPath();
        } catch (NoSuchFileException e) {
            String gone = Files.readSymbolicLink(link).toString();
            throw new HostException(
                    "the executable of process %d is %s: give --executable with a copy of it"
                            .formatted(pid, gone));
        }
    }

    /**
     * Compares code with that in the memory of a process, jumps of Suture's own patches undone. The
     * process is not stopped.
     *
     * @param image the file that the code is in
     * @param expected the code, by addresses in the file
     * @return one finding for each place that is different
     */
    public static List<Finding> compare(int pid, Image image, List<Code> expected)
            throws IOException {
        return unstopped(
                pid,
                memory -> {
                    List<Mapping> maps = ProcFiles.maps(pid);
                    RunningImage running =
                            BoundPayload.find(pid, image, RunningImage.of(memory, maps));
                    RunningCode code = new RunningCode(memory, PatchRecord.of(memory, maps));
                    List<Finding> findings = new ArrayList<>();
                    for (Code piece : expected) {
                        long address = running.bias() + piece.address();
                        long difference = code.difference(address, piece.bytes());
                        if (difference >= 0) {
                            findings.add(changed(pid, image, piece.address() + difference));
                        }
                    }
                    return findings;
                });
    }

    private static Finding changed(int pid, Image image, long address) {
        return Finding.error(
                "memory-mismatch",
                image.name(),
                "process %d, %s at 0x%x".formatted(pid, image.name(), address),
                "the code in memory is not that of the file: another tool has changed it",
                "end that tool's changes (breakpoints, probes, other patches), or start the program"
                        + " again");
    }

    /** The patches of a process, the oldest first; the process is not stopped. */
    public static List<LoadedPatch> list(int pid) throws IOException {
        return unstopped(
                pid,
                memory ->
                        PatchRecord.of(memory, ProcFiles.maps(pid)).stream()
                                .map(LoadedPatch::of)
                                .toList());
    }

    /** Something to read in a process that goes on. */
    @FunctionalInterface
    private interface Look<T> {
        T at(ProcessMemory memory) throws IOException;
    }

    /** Its map may change while it is read, all of it if it becomes another program: once more. */
    private static <T> T unstopped(int pid, Look<T> look) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (ProcessMemory memory = ProcessMemory.readable(pid)) {
                return look.at(memory);
            } catch (HostException | FormatException e) {
                if (attempt == LOOKS || ProcFiles.ended(pid)) {
                    throw e;
                }
            }
        }
    }

    /** Puts back the bytes that a patch replaced. */
    public static List<Finding> revert(int pid, String patch, Duration timeout) throws IOException {
        return retry(pid, timeout, (p, m) -> new PatchRemover(p, m, patch).revert());
    }

    /** Gives back the memory of a patch that was reverted. */
    public static List<Finding> unload(int pid, String patch, Duration timeout) throws IOException {
        return retry(pid, timeout, (p, m) -> new PatchRemover(p, m, patch).unload());
    }

    private static List<Finding> retry(int pid, Duration timeout, Attempt attempt)
            throws IOException {
        if (pid == ProcessHandle.current().pid()) {
            throw new HostException("Suture cannot patch itself");
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            List<Finding> findings = TracerThread.call(() -> once(pid, attempt));
            if (findings.isEmpty() || System.nanoTime() > deadline) {
                return findings;
            }
            LockSupport.parkNanos(RETRY);
        }
    }

    /** Its memory is opened once it is stopped: by then it has become what it is. */
    private static List<Finding> once(int pid, Attempt attempt) throws IOException {
        try (StoppedProcess process = StoppedProcess.stop(pid, STOP);
                ProcessMemory memory = ProcessMemory.writable(pid)) {
            return attempt.on(process, memory);
        } catch (HostException | FormatException e) {
            if (ProcFiles.ended(pid)) {
                throw new HostException("process " + pid + " has ended");
            }
            throw e;
        }
    }

    private static String sha256(Bytes file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(file.buffer());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
