package suture.build.debian;

import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.Runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory with package files that somebody put there. */
public final class DirectoryArchive implements Archive {
    private final Path directory;

    /**
     * @param directory where the files are
     */
    public DirectoryArchive(Path directory) {
        this.directory = directory;
    }

    /** Where a file of that name would be. */
    Path file(String name) {
        return directory.resolve(name);
    }

    private record Named(String name, String version, Path file) {}

    @Override
    public String title() {
        return directory.toString();
    }

    @Override
    public List<String> names(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith(prefix) && file.endsWith(".deb"))
                    .map(file -> file.substring(0, Math.max(0, file.indexOf('_'))))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    @Override
    public List<String> versions(String name) throws IOException {
        return packages(name).stream().map(Named::version).distinct().toList();
    }

    @Override
    public DebFile fetch(String name, String version) throws IOException {
        for (Named found : packages(name)) {
            if (found.version().equals(version)) {
                return new DebFile(name, version, found.file(), Digests.sha256(found.file()));
            }
        }
        List<String> offered = versions(name);
        throw new FormatException(
                directory.toString(),
                "",
                -1,
                "a package file of " + name + ' ' + version,
                offered.isEmpty() ? "none" : "version " + String.join(", ", offered));
    }

    /** Debian's file names begin with the package's name; what is inside is asked of the file. */
    private List<Named> packages(String name) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files =
                    all.filter(file -> file.getFileName().toString().startsWith(name + '_'))
                            .filter(file -> file.toString().endsWith(".deb"))
                            .sorted(Comparator.reverseOrder())
                            .toList();
        }
        List<Named> found = new ArrayList<>();
        for (Path file : files) {
            PackageFile.check(file);
            List<String> fields =
                    Runner.check(
                                    "reading " + file,
                                    Command.of(
                                            "dpkg-deb",
                                            "--show",
                                            "--showformat=${Package}\\n${Version}\\n",
                                            file.toString()))
                            .output()
                            .lines()
                            .toList();
            if (fields.getFirst().equals(name)) {
                found.add(new Named(name, fields.get(1), file));
            }
        }
        found.sort(DirectoryArchive::newestFirst);
        return found;
    }

    private static int newestFirst(Named a, Named b) {
        return older(a, b) ? 1 : older(b, a) ? -1 : 0;
    }

    private static boolean older(Named a, Named b) {
        Command compare = Command.of("dpkg", "--compare-versions", a.version(), "lt", b.version());
        return Runner.run(compare).succeeded();
    }
}
