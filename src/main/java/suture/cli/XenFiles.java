package suture.cli;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files of a hypervisor: what boots and what names its symbols. */
final class XenFiles {
    private final @Nullable Path directory;

    /**
     * @param directory the packages, unpacked: {@code boot/xen-*.gz} and {@code
     *     usr/lib/debug/boot/xen-syms-*}; or a build: {@code xen/xen} and {@code xen/xen-syms}
     */
    XenFiles(@Nullable Path directory) {
        this.directory = directory;
    }

    /** The unstripped image. */
    Path symbols() throws IOException {
        return one(
                "xen-syms, of the -dbg package or of a build",
                List.of("usr/lib/debug/boot", "usr/lib/debug", "boot", "xen", ""),
                "xen-syms[^/]*(?<!\\.map)");
    }

    /** What boots. */
    Path image() throws IOException {
        return one(
                "the hypervisor's boot image",
                List.of("boot", "xen", ""),
                "xen(-[^/]*amd64[^/]*)?(\\.gz)?(?<!\\.(config|efi|map))");
    }

    private Path one(String what, List<String> places, String pattern) throws IOException {
        Path root = directory;
        for (String place : root == null ? List.<String>of() : places) {
            Path folder = Objects.requireNonNull(root).resolve(place);
            List<Path> found = Files.isDirectory(folder) ? matching(folder, pattern) : List.of();
            if (found.size() > 1) {
                throw new FormatException(
                        folder.toString(), "", -1, what, "several: " + found + "; name one");
            }
            if (!found.isEmpty()) {
                return found.getFirst();
            }
        }
        throw new FormatException(
                directory == null ? "--image-dir" : directory.toString(),
                "",
                -1,
                what,
                "nothing; unpack xen-hypervisor-VERSION-amd64 and its -dbg package into one"
                        + " directory (dpkg-deb -x) and name it with --image-dir");
    }

    private static List<Path> matching(Path folder, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches(pattern))
                    .sorted()
                    .toList();
        }
    }
}
