package suture.build.xen;

import suture.build.CompilerIdentity;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.exec.Command;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.Runner;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Builds a stock hypervisor once, as the package's rules do ({@code debian/rules} of xen
 * 4.17.5+72-1): the shipped configuration, the package's version, maintainer and date in the
 * banner, and no name of a directory in the code. The result must be what is shipped.
 */
public final class StockBuild {
    private static final String PREFIX = "x86_64-linux-gnu-";
    private static final Pattern COMPILER =
            Pattern.compile("x86_64-linux-gnu-gcc \\([^()\0]*\\) [0-9.]+");

    private final StockXen stock;
    private final Path xen;
    private final JobPool pool;
    private final Progress progress;

    private StockBuild(StockXen stock, JobPool pool, Progress progress) {
        this.stock = stock;
        this.xen = stock.source().resolve("xen");
        this.pool = pool;
        this.progress = progress;
    }

    /**
     * Opens the tree of a stock hypervisor; builds it if that is not done.
     *
     * @throws FormatException if the build is not what the package ships
     */
    public static XenTree open(StockXen stock, JobPool pool, Progress progress) throws IOException {
        StockBuild build = new StockBuild(stock, pool, progress);
        Path done = stock.source().resolveSibling("proven");
        if (!Files.exists(done)) {
            build.run();
            Files.writeString(done, stock.version() + '\n');
        }
        return XenTree.open(stock.source(), stock.source());
    }

    private void run() throws IOException {
        Runner.require(List.of("make", "bison", "flex", "python3", PREFIX + "gcc", PREFIX + "ld"));
        Bytes shipped = unpacked(stock.hypervisor());
        checkCompiler(shipped);
        Files.copy(
                stock.source().resolve("debian/xen-kconfig"),
                xen.resolve(".config"),
                StandardCopyOption.REPLACE_EXISTING);
        progress.begin("building " + stock.version() + " once", 0);
        make("olddefconfig", 1);
        make("build", pool.jobs());
        compare(shipped, Bytes.of(Files.readAllBytes(xen.resolve("xen"))));
    }

    private void checkCompiler(Bytes shipped) {
        Matcher matcher = COMPILER.matcher(shipped.text());
        if (!matcher.find()) {
            return;
        }
        CompilerIdentity made = new CompilerIdentity(matcher.group());
        made.check(CompilerIdentity.local(PREFIX + "gcc"), CompilerIdentity.Mismatch.REFUSE)
                .ifPresent(finding -> {
                    throw new FormatException(
                            stock.hypervisor().toString(),
                            "",
                            -1,
                            "a hypervisor made by the compiler that is installed here",
                            finding.message());
                });
    }

    private void make(String target, int jobs) {
        String root = stock.source().toString();
        String date = changelog("Timestamp");
        List<String> words = new ArrayList<>(List.of("make", "-C", xen.toString(), "-j" + jobs));
        words.addAll(
                List.of(
                        "CC=" + PREFIX + "gcc",
                        "LD=" + PREFIX + "ld",
                        "XEN_COMPILE_ARCH=x86_64",
                        "XEN_TARGET_ARCH=x86_64",
                        "EXTRA_CFLAGS_XEN_CORE=-ffile-prefix-map="
                                + root
                                + "=. -fdebug-prefix-map="
                                + root
                                + "=.",
                        target));
        Runner.check(
                "building Xen " + stock.version(),
                Command.of(words)
                        .with("DEB_VERSION", changelog("Version"))
                        .with("DEB_MAINTAINER", maintainer())
                        .with("SOURCE_DATE_EPOCH", date)
                        .with("XEN_BUILD_DATE", date(date, "+%a %b %e %H:%M:%S %Z %Y"))
                        .with("XEN_BUILD_TIME", date(date, "+%T"))
                        .with("WGET", "/bin/false")
                        .with("GIT", "/bin/false"));
    }

    private static String date(String seconds, String format) {
        return Runner.check(Command.of("date", "-u", "-d", '@' + seconds, format)).output().strip();
    }

    private String changelog(String field) {
        return Runner.check(Command.of("dpkg-parsechangelog", "-S", field).in(stock.source()))
                .output()
                .strip();
    }

    private String maintainer() {
        try {
            return Files.readAllLines(stock.source().resolve("debian/control")).stream()
                    .filter(line -> line.startsWith("Maintainer: "))
                    .map(line -> line.substring("Maintainer: ".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bytes unpacked(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return Bytes.of(in.readAllBytes());
        }
    }

    /** What is loaded must be equal: code, data and build id. */
    private void compare(Bytes shipped, Bytes built) {
        ElfObject a = ElfReader.read(stock.hypervisor().toString(), shipped);
        ElfObject b = ElfReader.read(xen.resolve("xen").toString(), built);
        Bytes x =
                shipped.slice(a.segments().getFirst().offset(), a.segments().getFirst().fileSize());
        Bytes y = built.slice(b.segments().getFirst().offset(), b.segments().getFirst().fileSize());
        long at = x.mismatch(y);
        if (at >= 0) {
            throw new FormatException(
                    xen.resolve("xen").toString(),
                    "loaded content",
                    at,
                    "what " + stock.hypervisor() + " has, byte for byte (" + x.size() + ")",
                    "another content ("
                            + y.size()
                            + " bytes): the source, the compiler or the binutils are not those"
                            + " of the package");
        }
    }
}
