package suture.trial;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A Debian control domain: the stock kernel, busybox, {@code xen-livepatch} with its libraries.
 *
 * @param boot the kernel and its modules
 * @param tools unpacked packages with the tool and its libraries
 * @param files for the exercise; they lie in {@code /trial/files}
 */
public record Dom0(BootFiles boot, List<Path> tools, List<Path> files) {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String TOOL = "xen-livepatch";

    /** Where the host has the C library that Debian's tools are linked to. */
    private static final List<Path> HOST =
            List.of(Path.of("/lib/x86_64-linux-gnu"), Path.of("/lib64"), Path.of("/lib"));

    public Dom0 {
        tools = List.copyOf(tools);
        files = List.copyOf(files);
    }

    /** Its first file system, with the steps in it. */
    Bytes initramfs(List<XenStep> steps, @Nullable Path exercise) throws IOException {
        CpioArchive archive =
                new CpioArchive()
                        .directory("bin")
                        .directory("dev")
                        .characterDevice("dev/console", 5, 1)
                        .directory("lib")
                        .directory("lib64")
                        .directory("trial")
                        .directory("trial/files")
                        .file("bin/busybox", Bytes.map(BUSYBOX))
                        .file("init", script());
        Map<String, Path> packaged = packaged();
        archive.file("trial/" + TOOL, Bytes.map(need(packaged, TOOL)));
        libraries(packaged).forEach((name, content) -> archive.file(name, content));
        for (String module : List.of("xen-privcmd", "xenfs")) {
            archive.file("trial/" + module + ".ko", boot.module(module).content());
        }
        if (exercise != null) {
            archive.file("trial/exercise", Bytes.map(exercise));
        }
        for (Path file : files) {
            archive.file("trial/files/" + file.getFileName(), Bytes.map(file));
        }
        StringBuilder text = new StringBuilder();
        int number = 0;
        for (XenStep step : steps) {
            String file = "/trial/p" + number++ + ".livepatch";
            if (step.action() == XenAction.UPLOAD) {
                archive.file(file.substring(1), step.payload());
            }
            text.append(line(step, file)).append('\n');
        }
        return archive.file("trial/steps", Bytes.of(text.toString())).finish();
    }

    private static String line(XenStep step, String file) {
        String name = "'" + step.name().replace("'", "'\\''") + "'";
        String command =
                switch (step.action()) {
                    case UPLOAD -> TOOL + " upload " + name + " " + file;
                    case UNLOAD, REVERT, APPLY, REPLACE ->
                            TOOL + " " + step.action().word() + " " + name;
                    case LIST, GET -> TOOL + " list";
                    case OBSERVE -> "observe";
                    case EXERCISE -> "/trial/exercise " + name;
                };
        String end = step.essential() ? " || over" : "";
        return "step " + step.action().word() + " " + name + " " + command + end;
    }

    /** Everything in the packages by its file's name. */
    private Map<String, Path> packaged() throws IOException {
        Map<String, Path> all = new TreeMap<>();
        for (Path root : tools) {
            try (Stream<Path> tree = Files.walk(root)) {
                tree.filter(Files::isRegularFile)
                        .sorted()
                        .forEach(file -> all.putIfAbsent(file.getFileName().toString(), file));
            }
            try (Stream<Path> tree = Files.walk(root)) {
                tree.filter(file -> Files.isSymbolicLink(file) && Files.isRegularFile(file))
                        .sorted()
                        .forEach(file -> all.putIfAbsent(file.getFileName().toString(), file));
            }
        }
        return all;
    }

    private static Path need(Map<String, Path> files, String name) {
        Path file = files.get(name);
        if (file == null) {
            throw new FormatException(
                    "the control domain's packages", "", -1, "a file " + name, "none");
        }
        return file;
    }

    /** What the tool needs, and what that needs: from the packages, otherwise from the host. */
    private static Map<String, Bytes> libraries(Map<String, Path> files) throws IOException {
        Map<String, Bytes> all = new TreeMap<>();
        Deque<Path> left = new ArrayDeque<>(List.of(need(files, TOOL)));
        while (!left.isEmpty()) {
            for (String name : SharedObject.needed(left.removeFirst())) {
                String place = (name.startsWith("ld-") ? "lib64/" : "lib/") + name;
                if (!all.containsKey(place)) {
                    Path file = files.containsKey(name) ? need(files, name) : onHost(name);
                    all.put(place, Bytes.map(file));
                    left.add(file);
                }
            }
        }
        return all;
    }

    private static Path onHost(String name) {
        return HOST.stream()
                .map(place -> place.resolve(name))
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() ->
                        new FormatException("this machine", "", -1, "the library " + name, "none"));
    }

    private static Bytes script() throws IOException {
        try (InputStream in = Dom0.class.getResourceAsStream("xen/dom0")) {
            return Bytes.of(Objects.requireNonNull(in, "resource dom0").readAllBytes());
        }
    }
}
