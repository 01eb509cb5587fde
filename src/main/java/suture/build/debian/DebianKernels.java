package suture.build.debian;

import suture.build.linux.KernelTree;
import suture.build.linux.StockKernel;
import suture.build.linux.StockTree;
import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.Result;
import suture.exec.Runner;
import suture.exec.ToolFailure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Stock Debian kernels, fetched, unpacked and prepared once each. */
public final class DebianKernels {
    private final Path cache;
    private final Archive archive;
    private final JobPool pool;
    private final Progress progress;
    private final Unpacker unpacker;

    /**
     * @param cache a directory of the user, for instance {@link #cacheOf}
     * @param archive where packages come from
     */
    public DebianKernels(Path cache, Archive archive, JobPool pool, Progress progress) {
        this.cache = cache.toAbsolutePath();
        this.archive = archive;
        this.pool = pool;
        this.progress = progress;
        this.unpacker = new Unpacker(this.cache, progress);
    }

    /** Suture's cache directory, by the XDG Base Directory Specification 0.8. */
    public static Path cacheOf(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        return cache.startsWith("/")
                ? Path.of(cache, "suture")
                : Path.of(environment.getOrDefault("HOME", "/root"), ".cache", "suture");
    }

    /** Where a cache keeps packages as they were fetched. */
    public static Path packages(Path cache) {
        return cache.resolve("packages");
    }

    /**
     * Fetches and unpacks a kernel as far as that is not done. A release that was fetched once
     * stays what it was then; its build-id is checked where the payload is loaded.
     */
    public StockKernel obtain(KernelRelease release) throws IOException {
        try (CacheLock _ = CacheLock.of(cache.resolve("kernels"))) {
            Path known = cache.resolve("kernels").resolve(release.release());
            if (archive instanceof AptArchive && Files.exists(known)) {
                List<String> parts = Files.readAllLines(known);
                if (parts.stream().skip(1).allMatch(part -> Files.exists(Path.of(part)))) {
                    return kernel(release, parts);
                }
            }
            Image image = image(release);
            String version = image.version();
            List<String> parts =
                    List.of(
                            version,
                            unpacker.unpack(archive.fetch(image.name(), version)).toString(),
                            unpacker.unpack(archive.fetch(release.headers(), version)).toString(),
                            source(archive.fetch(release.source(), version), release).toString());
            if (archive instanceof AptArchive) {
                Files.createDirectories(known.getParent());
                Files.write(known, parts);
            }
            return kernel(release, parts);
        }
    }

    private static StockKernel kernel(KernelRelease release, List<String> parts) {
        Path image = Path.of(parts.get(1));
        return new StockKernel(
                release.release(),
                parts.getFirst(),
                present(image.resolve("boot/vmlinuz-" + release.release())),
                present(modules(image, release)),
                present(Path.of(parts.get(2), "usr/src", release.headers())),
                present(Path.of(parts.get(3))));
    }

    /** Prepares the tree of a kernel as far as that is not done. */
    public KernelTree open(StockKernel kernel) throws IOException {
        Path place = cache.resolve("linux").resolve(kernel.release() + '_' + kernel.version());
        try (CacheLock _ = CacheLock.of(place)) {
            return StockTree.open(kernel, place, pool, progress);
        }
    }

    private record Image(String name, String version) {}

    private Image image(KernelRelease release) throws IOException {
        for (String name : release.images()) {
            List<String> versions = archive.versions(name);
            if (!versions.isEmpty()) {
                return new Image(name, versions.getFirst());
            }
        }
        throw new FormatException(
                "--release " + release.release(),
                "",
                -1,
                "a package " + release.images().getFirst() + " in " + archive.title(),
                "none; run apt-get update, or get the packages of that release from"
                        + " https://snapshot.debian.org/binary/"
                        + release.images().getFirst()
                        + "/ and give their directory with --packages DIR");
    }

    /** With merged directories the modules are below usr. */
    private static Path modules(Path image, KernelRelease release) {
        Path old = image.resolve("lib/modules").resolve(release.release());
        return Files.exists(old)
                ? old
                : image.resolve("usr/lib/modules").resolve(release.release());
    }

    private static Path present(Path path) {
        if (!Files.exists(path)) {
            throw new FormatException(
                    path.toString(), "", -1, "this in the package", "nothing of that name");
        }
        return path;
    }

    /** The source package holds one archive, and that holds the source. */
    private Path source(DebFile file, KernelRelease release) throws IOException {
        String name = "linux-source-" + release.series();
        Path unpacked =
                unpacker.fill(
                        file,
                        place -> {
                            List<Command> pipe =
                                    List.of(
                                            Command.of(
                                                    "dpkg-deb",
                                                    "--fsys-tarfile",
                                                    file.file().toString()),
                                            Command.of(
                                                    "tar", "-xO", "./usr/src/" + name + ".tar.xz"),
                                            Command.of("xz", "-dc", "-T0"),
                                            Command.of("tar", "-x", "-C", place.toString()));
                            Result result = Runner.pipe(pipe);
                            if (!result.succeeded()) {
                                throw new ToolFailure(
                                        "unpacking " + file.file(), pipe.getFirst(), result);
                            }
                        });
        return unpacked.resolve(name);
    }
}
