package suture.build.debian;

import suture.build.xen.StockBuild;
import suture.build.xen.StockXen;
import suture.build.xen.XenTree;
import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Stock Debian hypervisors, fetched, unpacked and built once each. */
public final class DebianXen {
    private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+)[.+~\\w-]*");

    /** Debian names the upstream commit in the middle of a version; people leave it out. */
    private static final Pattern COMMIT = Pattern.compile("-g[0-9a-f]{7,}(?=-)");

    private final Path cache;
    private final Archive archive;
    private final JobPool pool;
    private final Progress progress;

    /**
     * @param cache a directory of the user, see {@link DebianKernels#cacheOf}
     * @param archive where packages come from
     */
    public DebianXen(Path cache, Archive archive, JobPool pool, Progress progress) {
        this.cache = cache.toAbsolutePath();
        this.archive = archive;
        this.pool = pool;
        this.progress = progress;
    }

    /**
     * A hypervisor and its source.
     *
     * @param stock what was fetched
     * @param tree its build, proven to be what is shipped
     */
    public record Prepared(StockXen stock, XenTree tree) {}

    /**
     * Gets everything about a hypervisor as far as that is not done.
     *
     * @param release a version of Debian's package, with or without its commit: {@code 4.17.5+72-1}
     */
    public Prepared prepare(String release) throws IOException {
        Matcher matcher = VERSION.matcher(release);
        if (!matcher.matches()) {
            throw new FormatException(
                    "--release " + release, "", -1, "a version such as 4.17.5+72-1", release);
        }
        Path known = cache.resolve("xen").resolve(release);
        try (CacheLock _ = CacheLock.of(known)) {
            Path record = known.resolve("stock");
            if (!Files.exists(record)) {
                fetch(release, "xen-hypervisor-" + matcher.group(1) + "-amd64", known);
            }
            List<String> parts = Files.readAllLines(record);
            StockXen stock =
                    new StockXen(
                            parts.getFirst(),
                            known.resolve(parts.get(1)),
                            known.resolve("source").toRealPath());
            return new Prepared(stock, StockBuild.open(stock, pool, progress));
        }
    }

    private void fetch(String release, String name, Path place) throws IOException {
        String version =
                archive.versions(name).stream()
                        .filter(v ->
                                v.equals(release)
                                        || COMMIT.matcher(v).replaceAll("").equals(release))
                        .findFirst()
                        .orElseThrow(() -> none(release, name));
        DebFile file = archive.fetch(name, version);
        Path source = description(name, version);
        Files.createDirectories(place);
        for (String part : List.of("package", "source")) {
            Runner.check(Command.of("rm", "-rf", "--", place.resolve(part).toString()));
        }
        progress.begin("unpacking " + name + ' ' + version, 0);
        Runner.check(
                Command.of(
                        "dpkg-deb",
                        "-x",
                        file.file().toString(),
                        place.resolve("package").toString()));
        Runner.check(
                "unpacking the source of " + version,
                Command.of(
                        "dpkg-source",
                        "--no-check",
                        "-x",
                        source.toString(),
                        place.resolve("source").toString()));
        Files.write(place.resolve("stock"), List.of(version, "package/boot/" + booted(place)));
    }

    private Path description(String name, String version) throws IOException {
        return switch (archive) {
            case AptArchive _ ->
                    new AptSources(cache.resolve("sources"), progress).fetch("xen", version, name);
            case DirectoryArchive directory -> {
                Path dsc = directory.file("xen_" + version + ".dsc");
                if (!Files.exists(dsc)) {
                    throw new FormatException(
                            dsc.toString(), "", -1, "the source package beside the binary", "none");
                }
                yield dsc;
            }
        };
    }

    private static String booted(Path place) throws IOException {
        try (Stream<Path> all = Files.list(place.resolve("package/boot"))) {
            return all.map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> file.endsWith(".gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private FormatException none(String release, String name) {
        List<String> offered;
        try {
            offered = archive.versions(name);
        } catch (IOException e) {
            offered = List.of();
        }
        return new FormatException(
                "--release " + release,
                "",
                -1,
                "a version of " + name + " in " + archive.title(),
                offered.isEmpty() ? "none" : String.join(", ", offered));
    }
}
