package suture.host;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Section;
import suture.exec.ToolMissing;
import suture.finding.Finding;
import suture.host.LivepatchTool.Answer;
import suture.host.LivepatchTool.Entry;
import suture.target.xen.XenError;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The hypervisor under this control domain, through {@code xen-livepatch}. An action is done later,
 * when all processors are idle at the same time: its result is asked for until it is there.
 */
public final class XenHost implements Host {
    private static final int LOOK_AGAIN_MILLIS = 50;
    private static final Bytes DENIED = Bytes.of("<denied>");

    private final Path root;
    private final LivepatchTool tool;
    private final Duration patience;

    /**
     * @param root where the control domain's files are
     * @param program the tool
     * @param patience how long an action may be tried
     */
    XenHost(Path root, Path program, Duration patience) {
        this.root = root;
        this.tool = new LivepatchTool(program);
        this.patience = patience;
    }

    /**
     * The hypervisor that runs here.
     *
     * @throws ToolMissing if its tool is not installed
     */
    public static XenHost here(Duration patience) throws IOException {
        Path root = Path.of("/");
        return new XenHost(root, program(root), patience);
    }

    /** Whether this is the control domain of a hypervisor. */
    public static boolean isHere() {
        return isHere(Path.of("/"));
    }

    private static boolean isHere(Path root) {
        return Files.exists(root.resolve("dev/xen/privcmd"))
                || Files.exists(root.resolve("proc/xen/privcmd"));
    }

    /** Debian has one below the directory of each version, others in a directory of programs. */
    private static Path program(Path root) throws IOException {
        List<Path> places = new ArrayList<>();
        if (Files.isDirectory(root.resolve("usr/lib"))) {
            try (Stream<Path> all = Files.list(root.resolve("usr/lib"))) {
                all.filter(p -> p.getFileName().toString().startsWith("xen-"))
                        .sorted()
                        .map(p -> p.resolve("bin"))
                        .forEach(places::add);
            }
        }
        places.addFirst(root.resolve("usr/sbin"));
        places.addFirst(root.resolve("usr/local/sbin"));
        return places.stream()
                .map(place -> place.resolve("xen-livepatch"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of("xen-livepatch"));
    }

    @Override
    public Outcome load(Path payload) throws IOException {
        long start = System.nanoTime();
        String file = payload.getFileName().toString();
        String name = file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
        List<Finding> findings = obstacles(name);
        if (findings.isEmpty()) {
            fits(name, payload, findings);
        }
        if (findings.isEmpty() && entry(name) != null) {
            findings.add(
                    error(
                            "loaded-already",
                            name,
                            "a payload of that name is loaded",
                            "suture unload " + name + ", or rename the file"));
        }
        if (findings.isEmpty()) {
            Answer answer = tool.call("upload", name, payload.toString());
            if (!answer.done()) {
                findings.add(refused("upload", name, answer));
            }
        }
        if (findings.isEmpty()) {
            act("apply", name, true, findings);
            if (!findings.isEmpty()) {
                // What was not there before must not be there after.
                tool.call("unload", name);
            }
        }
        return outcome(name, start, findings);
    }

    @Override
    public List<LoadedPatch> list() throws IOException {
        if (!isHere(root)) {
            return List.of();
        }
        return tool.list().stream()
                .map(entry ->
                        new LoadedPatch(entry.name(), entry.applied(), goesOn(entry), List.of()))
                .toList();
    }

    @Override
    public Outcome revert(String name) throws IOException {
        long start = System.nanoTime();
        List<Finding> findings = known(name);
        if (findings.isEmpty()) {
            act("revert", name, false, findings);
        }
        return outcome(name, start, findings);
    }

    @Override
    public Outcome unload(String name) throws IOException {
        long start = System.nanoTime();
        List<Finding> findings = known(name);
        Entry entry = findings.isEmpty() ? entry(name) : null;
        if (entry != null && entry.applied()) {
            findings.add(
                    error(
                            "in-force",
                            name,
                            "the payload is in force",
                            "revert it first: suture revert " + name));
        }
        if (findings.isEmpty()) {
            Answer answer = tool.call("unload", name);
            if (!answer.done() && entry(name) != null) {
                findings.add(refused("unload", name, answer));
            }
        }
        return outcome(name, start, findings);
    }

    /** Tries until it is done, is refused for good, or takes too long. */
    private void act(String verb, String name, boolean wanted, List<Finding> findings)
            throws IOException {
        long start = System.nanoTime();
        while (true) {
            Answer answer = tool.call(verb, name);
            Entry entry = settled(name, start);
            if (entry != null && entry.applied() == wanted) {
                return;
            }
            if (entry == null) {
                findings.add(noSuchPayload(name));
                return;
            }
            int error = entry.error() == 0 ? answer.error() : entry.error();
            boolean retry = isRetry(error, entry);
            if (!retry) {
                findings.add(
                        refused(verb, name, new Answer(answer.status(), error, answer.words())));
                return;
            }
            if (seconds(start) > patience.toSeconds()) {
                findings.add(
                        error(
                                "never-idle",
                                name,
                                "after "
                                        + patience.toSeconds()
                                        + " s the hypervisor has still not had all processors idle"
                                        + " for it: "
                                        + XenError.name(error),
                                "try when the machine is less busy"));
                return;
            }
            pause();
        }
    }

    /**
     * A result that another try can change: the processors did not meet in time, or another action
     * goes on. EBUSY as an answer to the call itself, with no result kept, means that a later
     * payload is on top: trying again changes nothing.
     */
    private static boolean isRetry(int error, Entry entry) {
        return error == XenError.EAGAIN.number()
                || (error == XenError.EBUSY.number() && entry.error() == error);
    }

    private static boolean goesOn(Entry entry) {
        return entry.error() == XenError.EAGAIN.number();
    }

    /** The payload's state once nothing goes on, or when it has gone on for too long. */
    private @Nullable Entry settled(String name, long start) throws IOException {
        Entry entry = entry(name);
        while (entry != null && goesOn(entry) && seconds(start) <= patience.toSeconds()) {
            pause();
            entry = entry(name);
        }
        return entry;
    }

    private @Nullable Entry entry(String name) {
        return tool.list().stream().filter(e -> e.name().equals(name)).findFirst().orElse(null);
    }

    private List<Finding> obstacles(String name) {
        List<Finding> findings = new ArrayList<>();
        if (!isHere(root)) {
            findings.add(
                    error(
                            "no-control-domain",
                            name,
                            "this is not the control domain of Xen: there is no /dev/xen/privcmd",
                            "run it as root in dom0; suture trial needs neither"));
        }
        return findings;
    }

    private List<Finding> known(String name) {
        List<Finding> findings = obstacles(name);
        if (findings.isEmpty() && entry(name) == null) {
            findings.add(noSuchPayload(name));
        }
        return findings;
    }

    /**
     * A payload for another hypervisor is not even uploaded. Linux shows the build-id as it is, not
     * in digits, and only up to its first zero byte ({@code drivers/xen/sys-hypervisor.c}).
     */
    private void fits(String name, Path payload, List<Finding> findings) throws IOException {
        ElfObject file = ElfReader.read(payload);
        Section section = file.section(".livepatch.xen_depends");
        List<Note> notes = section == null ? List.of() : Note.in(file, section);
        Bytes wanted = notes.isEmpty() ? Bytes.EMPTY : notes.getFirst().content();
        Path property = root.resolve("sys/hypervisor/properties/buildid");
        Bytes running =
                Files.isReadable(property) ? Bytes.of(Files.readAllBytes(property)) : Bytes.EMPTY;
        if (!running.isEmpty() && !running.equals(DENIED) && !isCut(running, wanted)) {
            findings.add(
                    error(
                            "other-hypervisor",
                            name,
                            "built for build-id "
                                    + (wanted.isEmpty() ? "none" : wanted.hex())
                                    + ", and "
                                    + running.hex()
                                    + " runs here",
                            "build it for the hypervisor that runs"));
        }
    }

    /** Whether a build-id ends where the kernel cut it off. */
    private static boolean isCut(Bytes shown, Bytes whole) {
        long size = shown.size();
        return whole.contains(0, size)
                && whole.slice(0, size).equals(shown)
                && (size == whole.size() || whole.u8(size) == 0);
    }

    private static Finding refused(String verb, String name, Answer answer) {
        String why = answer.error() == 0 ? answer.words() : "-" + XenError.name(answer.error());
        String remedy =
                answer.error() == XenError.EBUSY.number()
                        ? "a payload that was applied later is on top: revert that one first"
                        : "xl dmesg says more; suture verify names the rule";
        return error(
                verb + "-refused", name, "the hypervisor does not " + verb + " it: " + why, remedy);
    }

    private static Finding noSuchPayload(String name) {
        return error(
                "no-such-patch",
                name,
                "no payload of that name is loaded",
                "suture list shows what is loaded");
    }

    private static Finding error(String rule, String name, String message, String remedy) {
        return Finding.error(rule, name, "xen-livepatch", message, remedy);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static Outcome outcome(String name, long start, List<Finding> findings) {
        return new Outcome(name, seconds(start), findings);
    }
}
