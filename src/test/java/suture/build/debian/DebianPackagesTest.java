package suture.build.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import suture.build.linux.StockKernel;
import suture.bytes.FormatException;
import suture.elf.Tool;
import suture.exec.JobPool;
import suture.exec.Progress;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

class DebianPackagesTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "6.1.0-56-cloud-amd64, 6.1, cloud-amd64",
        "6.1.0-56-amd64, 6.1, amd64",
        "6.12.57+deb13-amd64, 6.12, amd64",
        "6.12.57+deb13-cloud-amd64, 6.12, cloud-amd64",
        "6.12.9+bpo-amd64, ,"
    })
    void aReleaseSaysSeriesAndFlavour(String release, String series, String flavour) {
        if (series == null) {
            assertThatThrownBy(() -> KernelRelease.parse(release))
                    .isInstanceOf(FormatException.class);
            return;
        }
        assertThat(KernelRelease.parse(release))
                .isEqualTo(new KernelRelease(release, series, flavour));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-56-rt-amd64", "6.1.0-56-arm64", "linux", "6.8.0-40-generic"})
    void whatIsNotSupportedIsSaid(String release) {
        assertThatThrownBy(() -> KernelRelease.parse(release))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("--source and --build");
    }

    private Path deb(String name, String version, Map<String, String> files) throws Exception {
        Path root = directory.resolve("make").resolve(name + version);
        Files.createDirectories(root.resolve("DEBIAN"));
        Files.writeString(
                root.resolve("DEBIAN/control"),
                "Package: "
                        + name
                        + "\nVersion: "
                        + version
                        + "\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\n");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.createDirectories(root.resolve(file.getKey()).getParent());
            Files.writeString(root.resolve(file.getKey()), file.getValue());
        }
        Path debs = Files.createDirectories(directory.resolve("debs"));
        Path deb = debs.resolve(name + '_' + version + "_all.deb");
        Tool.run(directory, "dpkg-deb", "-Zgzip", "--build", root.toString(), deb.toString());
        return deb;
    }

    private DebianKernels kernels() {
        return new DebianKernels(
                directory.resolve("cache"),
                new DirectoryArchive(directory.resolve("debs")),
                new JobPool(2),
                Progress.SILENT);
    }

    private void image(String version) throws Exception {
        deb(
                "linux-image-6.1.0-9-amd64",
                version,
                Map.of(
                        "boot/vmlinuz-6.1.0-9-amd64",
                        "image " + version,
                        "lib/modules/6.1.0-9-amd64/modules.order",
                        ""));
        deb(
                "linux-headers-6.1.0-9-amd64",
                version,
                Map.of("usr/src/linux-headers-6.1.0-9-amd64/.config", "CONFIG_X=y\n"));
    }

    private void source(String version) throws Exception {
        Path tree = Files.createDirectories(directory.resolve("linux-source-6.1"));
        Files.writeString(tree.resolve("Makefile"), "# " + version);
        Path root = Files.createDirectories(directory.resolve("make/linux-source-6.1" + version));
        Path archive = root.resolve("usr/src/linux-source-6.1.tar.xz");
        Files.createDirectories(archive.getParent());
        Tool.run(directory, "tar", "-cJf", archive.toString(), "linux-source-6.1");
        deb("linux-source-6.1", version, Map.of());
    }

    @Test
    void packagesInADirectoryAreUnpackedOnce() throws Exception {
        image("6.1.5-1");
        source("6.1.5-1");
        KernelRelease release = KernelRelease.parse("6.1.0-9-amd64");
        StockKernel kernel = kernels().obtain(release);
        assertThat(kernel.version()).isEqualTo("6.1.5-1");
        assertThat(kernel.image()).hasContent("image 6.1.5-1");
        assertThat(kernel.source().resolve("Makefile")).hasContent("# 6.1.5-1");
        Files.writeString(kernel.source().resolve("mark"), "x");
        assertThat(kernels().obtain(release)).isEqualTo(kernel);
        assertThat(kernel.source().resolve("mark")).exists();
    }

    @Test
    void aPackageThatWasCutOffIsSaidToBe() throws Exception {
        byte[] whole = Files.readAllBytes(deb("x", "1", Map.of("a", "content")));
        Path debs = directory.resolve("debs");
        Path cut = debs.resolve("x_1_all.deb");
        PackageFile.check(cut);
        // The end of a member is the end of a shorter archive, of which dpkg-deb says what is
        // missing.
        for (int length : new int[] {100, 140, whole.length / 2, whole.length - 60}) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> new DirectoryArchive(debs).versions("x"))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("it was cut off");
        }
        Files.writeString(cut, "<html>not found</html>");
        assertThatThrownBy(() -> new DirectoryArchive(debs).versions("x"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("expected a Debian package");
    }

    @Test
    void theNewestOfSeveralVersionsIsTaken() throws Exception {
        image("6.1.9-1");
        image("6.1.10-1");
        assertThat(
                        new DirectoryArchive(directory.resolve("debs"))
                                .versions("linux-image-6.1.0-9-amd64"))
                .containsExactly("6.1.10-1", "6.1.9-1");
    }

    @Test
    void aSourceOfAnotherVersionIsNotTaken() throws Exception {
        image("6.1.5-1");
        source("6.1.4-1");
        assertThatThrownBy(() -> kernels().obtain(KernelRelease.parse("6.1.0-9-amd64")))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("linux-source-6.1 6.1.5-1")
                .hasMessageContaining("6.1.4-1");
    }

    @Test
    void aReleaseThatIsGoneSaysWhereToLook() throws Exception {
        Files.createDirectories(directory.resolve("debs"));
        assertThatThrownBy(() -> kernels().obtain(KernelRelease.parse("6.1.0-9-amd64")))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("linux-image-6.1.0-9-amd64")
                .hasMessageContaining("snapshot.debian.org")
                .hasMessageContaining("--packages DIR");
    }

    @Test
    void aVersionThatTheMirrorsDroppedSaysWhereToLook() {
        AptArchive apt = new AptArchive(directory, Progress.SILENT);
        assertThat(apt.versions("no-such-package-at-all")).isEmpty();
        assertThatThrownBy(() -> apt.fetch("no-such-package-at-all", "1"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("version 1")
                .hasMessageContaining("--packages DIR");
    }

    @Test
    void theCacheIsWhereTheUserWantsIt() {
        assertThat(DebianKernels.cacheOf(Map.of("HOME", "/h")))
                .isEqualTo(Path.of("/h/.cache/suture"));
        assertThat(DebianKernels.cacheOf(Map.of("HOME", "/h", "XDG_CACHE_HOME", "/c")))
                .isEqualTo(Path.of("/c/suture"));
        assertThat(List.of(DebianKernels.packages(Path.of("/c")))).hasSize(1);
    }
}
