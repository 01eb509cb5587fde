package suture.build.debian;

import suture.bytes.FormatException;
import suture.exec.Command;
import suture.exec.Progress;
import suture.exec.Result;
import suture.exec.Runner;
import suture.exec.ToolFailure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The package sources of this machine, as {@code apt} knows them. What is fetched is kept by its
 * digest; an interrupted download goes on where it stopped.
 */
public final class AptArchive implements Archive {
    private final Path packages;
    private final Progress progress;

    /**
     * @param packages where fetched packages are kept
     */
    public AptArchive(Path packages, Progress progress) {
        this.packages = packages;
        this.progress = progress;
    }

    @Override
    public String title() {
        return "the package sources of this machine (apt)";
    }

    @Override
    public List<String> names(String prefix) {
        return Runner.check(Command.of("apt-cache", "pkgnames", prefix))
                .output()
                .lines()
                .sorted()
                .toList();
    }

    @Override
    public List<String> versions(String name) {
        return Runner.check(Command.of("apt-cache", "madison", name))
                .output()
                .lines()
                .map(line -> line.split("\\|", -1))
                .filter(fields -> fields.length == 3 && fields[0].strip().equals(name))
                .map(fields -> fields[1].strip())
                .distinct()
                .toList();
    }

    @Override
    public DebFile fetch(String name, String version) throws IOException {
        if (!versions(name).contains(version)) {
            throw gone(name, version);
        }
        String about = Runner.check(Command.of("apt-cache", "show", name + '=' + version)).output();
        String digest = field(about, "SHA256").orElse("");
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new FormatException(
                    "apt-cache show " + name, "SHA256", -1, "64 hexadecimal digits", digest);
        }
        Path directory = Files.createDirectories(packages.resolve(digest));
        Optional<Path> kept = kept(directory);
        if (kept.isPresent()) {
            return new DebFile(name, version, kept.get(), digest);
        }
        long size = Long.parseLong(field(about, "Size").orElse("0"));
        progress.begin("fetching " + name + ' ' + version + size(size), size);
        Path incoming = Files.createDirectories(packages.resolve("incoming").resolve(digest));
        Path file;
        try (GrowthWatch _ = new GrowthWatch(incoming, size, progress)) {
            file = download(name, version, digest, incoming, directory);
        }
        return new DebFile(name, version, file, digest);
    }

    private static String size(long bytes) {
        return bytes == 0 ? "" : String.format(Locale.ROOT, " (%.1f MB)", bytes / 1e6);
    }

    private static Path download(
            String name, String version, String digest, Path incoming, Path directory)
            throws IOException {
        Command command =
                Command.of(
                                "apt-get",
                                "-q",
                                "-o",
                                "APT::Sandbox::User=",
                                "download",
                                name + '=' + version)
                        .in(incoming);
        Result result = Runner.run(command);
        Path fetched =
                kept(incoming)
                        .orElseThrow(() ->
                                new ToolFailure(
                                        "fetching " + name + ' ' + version, command, result));
        String found = Digests.sha256(fetched);
        if (!found.equals(digest)) {
            Files.delete(fetched);
            throw new FormatException(
                    fetched.toString(), "SHA-256", -1, digest, found + "; deleted, try again");
        }
        Path file = directory.resolve(fetched.getFileName());
        Files.move(fetched, file, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(incoming);
        return file;
    }

    private static Optional<Path> kept(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".deb")).findFirst();
        }
    }

    private FormatException gone(String name, String version) {
        List<String> offered = versions(name);
        return new FormatException(
                name,
                "",
                -1,
                "version " + version + " in " + title(),
                (offered.isEmpty() ? "no version" : String.join(", ", offered))
                        + "; run apt-get update, or get "
                        + name
                        + '_'
                        + version
                        + "_*.deb from https://snapshot.debian.org/package/linux/"
                        + version
                        + "/ and give its directory with --packages DIR");
    }

    private static Optional<String> field(String about, String name) {
        return about.lines()
                .takeWhile(line -> !line.isBlank())
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2).strip())
                .findFirst();
    }
}
