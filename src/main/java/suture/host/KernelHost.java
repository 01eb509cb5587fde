package suture.host;

import suture.finding.Finding;
import suture.target.linux.module.KernelModule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Linux kernel under this process, through the livepatch core's files (Linux {@code
 * Documentation/ABI/testing/sysfs-kernel-livepatch}).
 *
 * <pre>
 *   PATCH/enabled          1 or 0; writing 0 begins the way back
 *   PATCH/transition       1 while tasks are on both sides
 *   PATCH/OBJECT/FUNCTION,POSITION
 * </pre>
 */
public final class KernelHost implements Host {
    private static final int LOOK_AGAIN_MILLIS = 50;
    private static final Duration LETTING_GO = Duration.ofSeconds(5);
    private final Path patches;
    private final Path processes;
    private final Duration patience;
    private final ModuleCalls calls = ModuleCalls.here();

    /**
     * @param patches the livepatch core's directory
     * @param processes where processes are listed
     * @param patience how long a transition may take
     */
    KernelHost(Path patches, Path processes, Duration patience) {
        this.patches = patches;
        this.processes = processes;
        this.patience = patience;
    }

    /** The kernel that runs here. */
    public static KernelHost here(Duration patience) {
        return new KernelHost(Path.of("/sys/kernel/livepatch"), Path.of("/proc"), patience);
    }

    @Override
    public Outcome load(Path payload) throws IOException {
        long start = System.nanoTime();
        KernelModule module = KernelModule.read(payload);
        List<Finding> findings = obstacles(module.name());
        if (Files.isDirectory(patches)) {
            fits(module, findings);
        }
        if (findings.isEmpty()) {
            Path plain = plain(module);
            int errno = calls.load(plain);
            if (!plain.equals(payload)) {
                Files.delete(plain);
            }
            if (errno != 0) {
                findings.add(
                        Finding.error(
                                "kernel-refuses",
                                module.name(),
                                payload.toString(),
                                "the kernel refuses it with " + Errno.describe(errno),
                                "the kernel's log says more: dmesg | tail"));
            } else {
                settle(module.name(), true, findings);
            }
        }
        return outcome(module.name(), start, findings);
    }

    @Override
    public List<LoadedPatch> list() throws IOException {
        List<LoadedPatch> all = new ArrayList<>();
        if (Files.isDirectory(patches)) {
            for (Path patch : entries(patches)) {
                all.add(
                        new LoadedPatch(
                                patch.getFileName().toString(),
                                flag(patch.resolve("enabled")),
                                flag(patch.resolve("transition")),
                                functions(patch)));
            }
        }
        return all;
    }

    @Override
    public Outcome revert(String name) throws IOException {
        long start = System.nanoTime();
        List<Finding> findings = obstacles(name);
        Path patch = patches.resolve(name);
        if (findings.isEmpty() && !Files.isDirectory(patch)) {
            findings.add(noSuchPatch(name));
        }
        if (findings.isEmpty()) {
            try {
                Files.writeString(patch.resolve("enabled"), "0\n");
                settle(name, false, findings);
            } catch (IOException e) {
                findings.add(
                        Finding.error(
                                "revert-refused",
                                name,
                                patch.resolve("enabled").toString(),
                                "the kernel does not disable it: " + e.getMessage(),
                                "wait for a transition to end; revert later patches first"));
            }
        }
        return outcome(name, start, findings);
    }

    @Override
    public Outcome unload(String name) throws IOException {
        long start = System.nanoTime();
        List<Finding> findings = obstacles(name);
        if (findings.isEmpty() && flag(patches.resolve(name).resolve("enabled"))) {
            findings.add(
                    Finding.error(
                            "in-force",
                            name,
                            patches.resolve(name).toString(),
                            "the patch is in force",
                            "revert it first: suture revert " + name));
        }
        if (findings.isEmpty()) {
            int errno = calls.unload(name);
            // The kernel lets go of a module a moment after the transition's end.
            while (Errno.isBusy(errno) && since(start) < LETTING_GO.toSeconds()) {
                pause();
                errno = calls.unload(name);
            }
            if (errno != 0) {
                findings.add(
                        Finding.error(
                                "unload-refused",
                                name,
                                "",
                                "the kernel does not remove it: " + Errno.describe(errno),
                                "suture list shows what is loaded"));
            }
        }
        return outcome(name, start, findings);
    }

    /** What stands in the way of any change; all of it at once. */
    private List<Finding> obstacles(String name) throws IOException {
        List<Finding> findings = new ArrayList<>();
        if (!Files.isDirectory(patches)) {
            findings.add(
                    Finding.error(
                            "no-livepatch",
                            name,
                            patches.toString(),
                            "the kernel that runs here takes no live patches",
                            "run a kernel with CONFIG_LIVEPATCH, outside of a container;"
                                    + " suture trial needs neither"));
        }
        if (!Privilege.mayLoadModules(processes.resolve("self/status"))) {
            findings.add(
                    Finding.error(
                            "not-root",
                            name,
                            processes.resolve("self/status").toString(),
                            "this process may not load modules (CAP_SYS_MODULE)",
                            "run it as root, for instance with sudo"));
        }
        return findings;
    }

    private void fits(KernelModule module, List<Finding> findings) throws IOException {
        String running = Files.readString(processes.resolve("sys/kernel/osrelease")).strip();
        if (!module.release().equals(running)) {
            findings.add(
                    Finding.error(
                            "other-kernel",
                            module.name(),
                            module.file().toString(),
                            "built for " + module.release() + ", and " + running + " runs here",
                            "build it for " + running));
        }
        if (!module.isLivepatch()) {
            findings.add(
                    Finding.error(
                            "not-a-livepatch",
                            module.name(),
                            module.file().toString(),
                            "the module does not say livepatch=Y",
                            "load ordinary modules with modprobe"));
        }
        if (Files.isDirectory(patches.resolve(module.name()))) {
            findings.add(
                    Finding.error(
                            "loaded-already",
                            module.name(),
                            patches.resolve(module.name()).toString(),
                            "a patch of that name is loaded",
                            "revert and unload it first"));
        }
    }

    /** Waits until all tasks are on one side; on the way back the patch may vanish meanwhile. */
    private void settle(String name, boolean wanted, List<Finding> findings) throws IOException {
        long start = System.nanoTime();
        Path patch = patches.resolve(name);
        if (wanted && !Files.isDirectory(patch)) {
            findings.add(noSuchPatch(name));
            return;
        }
        while (flag(patch.resolve("transition"))) {
            if (since(start) > patience.toSeconds()) {
                List<String> stuck = StuckTasks.in(processes, wanted ? 0 : 1);
                findings.add(
                        Finding.error(
                                "transition-stuck",
                                name,
                                patch.resolve("transition").toString(),
                                "after "
                                        + patience.toSeconds()
                                        + " s tasks are on the other side: "
                                        + String.join("; ", stuck),
                                "it goes on; wake those tasks up, or suture revert " + name));
                return;
            }
            pause();
        }
    }

    private static Finding noSuchPatch(String name) {
        return Finding.error(
                "no-such-patch",
                name,
                "/sys/kernel/livepatch",
                "no patch of that name is loaded",
                "suture list shows what is loaded");
    }

    /** The module unpacked: the kernel may not know its compression. */
    private static Path plain(KernelModule module) throws IOException {
        if (module.file().toString().endsWith(".ko")) {
            return module.file();
        }
        Path file = Files.createTempFile(module.name(), ".ko");
        return Files.write(file, module.content().toArray());
    }

    private static List<String> functions(Path patch) throws IOException {
        List<String> all = new ArrayList<>();
        for (Path object : entries(patch)) {
            if (Files.isDirectory(object)) {
                for (Path function : entries(object)) {
                    if (Files.isDirectory(function)) {
                        all.add(object.getFileName() + "/" + function.getFileName());
                    }
                }
            }
        }
        return all;
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** Whether a file says 1; one that is gone does not. */
    private static boolean flag(Path file) throws IOException {
        try {
            return Files.readString(file).strip().equals("1");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static Outcome outcome(String name, long start, List<Finding> findings) {
        return new Outcome(name, since(start), findings);
    }
}
