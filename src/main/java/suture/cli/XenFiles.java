package suture.cli;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a hypervisor: what boots and what names its symbols. */
final class XenFiles {
    private final @Nullable Path directory;
    private final Path payload;

    /**
     * @param directory the packages, unpacked: {@code boot/xen-*.gz} and {@code
     *     usr/lib/debug/boot/xen-syms-*}; or a build: {@code xen/xen} and {@code xen/xen-syms};
     *     null for the stock hypervisor that the payload is for
     * @param payload what asks for a hypervisor
     */
    XenFiles(@Nullable Path directory, Path payload) {
        this.directory = directory;
        this.payload = payload;
    }

    /** The unstripped image. */
    Path symbols() throws IOException {
        return directory == null
                ? StockHypervisors.of(payload).symbols()
                : one(
                        directory,
                        "xen-syms, of the -dbg package or of a build",
                        List.of("usr/lib/debug/boot", "usr/lib/debug", "boot", "xen", ""),
                        "xen-syms[^/]*(?<!\\.map)");
    }

    /** What boots. */
    Path image() throws IOException {
        return directory == null
                ? StockHypervisors.of(payload).image()
                : one(
                        directory,
                        "the hypervisor's boot image",
                        List.of("boot", "xen", ""),
                        "xen(-[^/]*amd64[^/]*)?(\\.gz)?(?<!\\.(config|efi|map))");
    }

    private static Path one(Path root, String what, List<String> places, String pattern)
            throws IOException {
        for (String place : places) {
            Path folder = root.resolve(place);
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
                root.toString(),
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
