package suture.build.debian;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.exec.Command;
import suture.exec.Progress;
import suture.exec.Runner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Debian's hypervisors as they are shipped, and what their control domain needs. */
public final class DebianHypervisors {
    private static final Pattern NAME = Pattern.compile("xen-hypervisor-([0-9.]+)-amd64");
    private static final Pattern LIBRARY = Pattern.compile("\\blibxen[a-z]*[0-9.]+");
    private static final Pattern KERNEL = Pattern.compile("\\blinux-image-[0-9][^ ,]*");

    private final Path cache;
    private final Archive archive;
    private final Unpacker unpacker;

    /**
     * @param cache a directory of the user, see {@link DebianKernels#cacheOf}
     * @param archive where packages come from
     */
    public DebianHypervisors(Path cache, Archive archive, Progress progress) {
        this.cache = cache.toAbsolutePath();
        this.archive = archive;
        this.unpacker = new Unpacker(this.cache, progress);
    }

    /**
     * A hypervisor.
     *
     * @param series of its packages, for instance 4.17
     * @param version of its packages
     * @param image what boots
     * @param symbols its {@code xen-syms}
     */
    public record Hypervisor(String series, String version, Path image, Path symbols) {}

    /**
     * What a control domain is made of.
     *
     * @param kernel an unpacked image package
     * @param tools unpacked packages with {@code xen-livepatch} and its libraries
     */
    public record ControlDomain(Path kernel, List<Path> tools) {}

    /**
     * The hypervisor with a build-id.
     *
     * @throws FormatException if no package has it
     */
    public Hypervisor ofBuild(String id) throws IOException {
        Path known = cache.resolve("hypervisors").resolve(id);
        try (CacheLock _ = CacheLock.of(cache.resolve("hypervisors"))) {
            List<String> lines = Files.exists(known) ? Files.readAllLines(known) : List.of();
            if (lines.size() == 4
                    && lines.stream().skip(2).allMatch(l -> Files.exists(Path.of(l)))) {
                return new Hypervisor(
                        lines.get(0), lines.get(1), Path.of(lines.get(2)), Path.of(lines.get(3)));
            }
            Hypervisor found = search(id);
            Files.createDirectories(known.getParent());
            Files.write(
                    known,
                    List.of(
                            found.series(),
                            found.version(),
                            found.image().toString(),
                            found.symbols().toString()));
            return found;
        }
    }

    private Hypervisor search(String id) throws IOException {
        List<String> seen = new ArrayList<>();
        for (String name : archive.names("xen-hypervisor-")) {
            Matcher matcher = NAME.matcher(name);
            for (String version : matcher.matches() ? archive.versions(name) : List.<String>of()) {
                Path root = unpacker.unpack(archive.fetch(name, version));
                Path image = one(root.resolve("boot"), "xen-.*\\.gz");
                seen.add(name + ' ' + version);
                if (id.equals(buildId(image))) {
                    Path debug = unpacker.unpack(archive.fetch(name + "-dbg", version));
                    Path symbols =
                            one(debug.resolve("usr/lib/debug/boot"), "xen-syms-.*(?<!\\.map)");
                    return new Hypervisor(matcher.group(1), version, image, symbols);
                }
            }
        }
        throw new FormatException(
                archive.title(),
                "",
                -1,
                "a hypervisor with build-id " + id,
                (seen.isEmpty() ? "none" : String.join(", ", seen))
                        + "; unpack its package and that of its symbols and name the directory"
                        + " with --image-dir");
    }

    /** What the control domain of a hypervisor needs, of the same version; the newest kernel. */
    public ControlDomain controlDomain(Hypervisor hypervisor) throws IOException {
        Set<String> names = new LinkedHashSet<>(List.of("xen-utils-" + hypervisor.series()));
        List<Path> tools = new ArrayList<>();
        for (List<String> left = List.copyOf(names); !left.isEmpty(); ) {
            List<String> next = new ArrayList<>();
            for (String name : left) {
                DebFile file = archive.fetch(name, hypervisor.version());
                tools.add(unpacker.unpack(file));
                Matcher matcher = LIBRARY.matcher(depends(file));
                while (matcher.find()) {
                    if (names.add(matcher.group())) {
                        next.add(matcher.group());
                    }
                }
            }
            left = next;
        }
        String meta = "linux-image-amd64";
        List<String> versions = archive.versions(meta);
        String version = versions.isEmpty() ? "" : versions.getFirst();
        Matcher kernel = KERNEL.matcher(depends(archive.fetch(meta, version)));
        if (!kernel.find()) {
            throw new FormatException(meta, "Depends", -1, "a kernel's package", "none");
        }
        return new ControlDomain(unpacker.unpack(archive.fetch(kernel.group(), version)), tools);
    }

    private static String depends(DebFile file) {
        return Runner.check(Command.of("dpkg-deb", "-f", file.file().toString(), "Depends"))
                .output();
    }

    private static String buildId(Path image) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(image))) {
            Bytes plain = Bytes.of(in.readAllBytes());
            Bytes id = Note.buildId(ElfReader.read(image.toString(), plain));
            return id == null ? "" : id.hex();
        }
    }

    private static Path one(Path folder, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> Objects.toString(f.getFileName()).matches(pattern))
                    .sorted()
                    .findFirst()
                    .orElseThrow(() ->
                            new FormatException(
                                    folder.toString(), "", -1, "a file " + pattern, "none"));
        }
    }
}
