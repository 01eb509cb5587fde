package suture.build.debian;

import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.Progress;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Source packages from where a binary package comes from. Few machines have {@code deb-src}
 * entries, so {@code apt} gets lists of its own in a directory of the cache; the machine's are not
 * touched.
 */
final class AptSources {
    private final Path place;
    private final Progress progress;

    /**
     * @param place a directory for apt's lists and for what is fetched
     */
    AptSources(Path place, Progress progress) {
        this.place = place;
        this.progress = progress;
    }

    /**
     * Fetches a source package.
     *
     * @param source its name
     * @param version its version
     * @param binary a binary package of the same version, which says where to look
     * @return its {@code .dsc}; the other files are beside it
     */
    Path fetch(String source, String version, String binary) throws IOException {
        Path files = Files.createDirectories(place.resolve(source + '_' + version));
        List<Path> known = descriptions(files);
        if (!known.isEmpty()) {
            return known.getFirst();
        }
        Path lists = place.resolve("lists");
        Files.createDirectories(lists.resolve("partial"));
        Path entries = Files.write(place.resolve("sources.list"), entries(binary, version));
        List<String> options =
                List.of(
                        "-q",
                        "-o",
                        "Dir::Etc::sourcelist=" + entries,
                        "-o",
                        "Dir::Etc::sourceparts=/dev/null",
                        "-o",
                        "Dir::State::lists=" + lists,
                        "-o",
                        "Dir::Cache::srcpkgcache=",
                        "-o",
                        "Dir::Cache::pkgcache=",
                        "-o",
                        "APT::Sandbox::User=");
        progress.begin("fetching the source of " + source + ' ' + version, 0);
        Runner.check(Command.of("apt-get", "update").and(options));
        Path aside = Files.createDirectories(place.resolve("incoming-" + source));
        Runner.check(
                "fetching " + source + ' ' + version,
                Command.of("apt-get", "source", "--download-only", source + '=' + version)
                        .and(options)
                        .in(aside));
        try (Stream<Path> all = Files.list(aside)) {
            // Without its description, what is there does not count as fetched.
            Comparator<Path> last = Comparator.comparing(file -> name(file).endsWith(".dsc"));
            for (Path file : all.sorted(last).toList()) {
                Files.move(file, files.resolve(name(file)));
            }
        }
        return descriptions(files).getFirst();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<Path> descriptions(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> name(file).endsWith(".dsc")).toList();
        }
    }

    /** {@code xen | 1.2-3 | http://deb.debian.org/debian bookworm/main amd64 Packages}. */
    private static List<String> entries(String binary, String version) {
        List<String> entries = new ArrayList<>();
        String said = Runner.check(Command.of("apt-cache", "madison", binary)).output();
        for (String line : said.lines().toList()) {
            String[] fields = line.split("\\|", -1);
            String[] where = fields.length == 3 ? fields[2].strip().split(" ", -1) : new String[0];
            if (where.length == 4 && fields[1].strip().equals(version)) {
                String[] suite = where[1].split("/", 2);
                entries.add("deb-src " + where[0] + ' ' + suite[0] + ' ' + suite[1]);
            }
        }
        if (entries.isEmpty()) {
            throw new FormatException(
                    binary, "", -1, "version " + version + " in a package source", "none");
        }
        return entries;
    }
}
