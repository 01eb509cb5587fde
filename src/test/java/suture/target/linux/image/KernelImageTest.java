package suture.target.linux.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import suture.bytes.Bytes;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** The symbols of real boot images against the export tables in the same images. */
@Tag("kernel")
class KernelImageTest {
    @Test
    void lz4ImageHasSymbolsThatItsExportsConfirm() throws IOException {
        compare("6.1.0-56-cloud-amd64", 87_347);
    }

    @Test
    void xzImageHasSymbolsThatItsExportsConfirm() throws IOException {
        compare("6.1.0-56-amd64", 94_266);
    }

    @Test
    void olderImageHasSymbolsThatItsExportsConfirm() throws IOException {
        compare("6.1.0-47-cloud-amd64", 87_186);
    }

    private static void compare(String release, int count) throws IOException {
        Path boot = KernelPackages.boot(release);
        KernelImage image = KernelImage.open(boot.resolve("vmlinuz-" + release));
        assertThat(image.symbols().all()).hasSize(count);
        int exports = 0;
        for (KernelSymbol entry : image.symbols().all()) {
            if (entry.name().startsWith("__ksymtab_")) {
                exports += export(image, entry);
            }
        }
        assertThat(exports).isGreaterThan(5_000);
        positions(image);
    }

    /** An export's entry gives its own symbol's address and name: a second source for both. */
    private static int export(KernelImage image, KernelSymbol entry) {
        String name = entry.name().substring("__ksymtab_".length());
        Bytes content = image.read(entry.address(), 12);
        assertThat(content).as(entry.name()).isNotNull();
        long value = entry.address() + content.s32(0, ByteOrder.LITTLE_ENDIAN);
        long text = entry.address() + 4 + content.s32(4, ByteOrder.LITTLE_ENDIAN);
        Bytes read = image.read(text, name.length() + 1);
        assertThat(read).as(name).isNotNull();
        assertThat(read.cstring(0)).isEqualTo(name);
        assertThat(image.symbols().at(value)).extracting(KernelSymbol::name).contains(name);
        return 1;
    }

    private static void positions(KernelImage image) {
        assertThat(image.symbols().named("_text"))
                .hasSize(1)
                .first()
                .matches(s -> s.position() == 0);
        List<KernelSymbol> many = image.symbols().named("c_start");
        assertThat(many).hasSizeGreaterThan(1);
        assertThat(many)
                .isSortedAccordingTo((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        for (int i = 0; i < many.size(); i++) {
            assertThat(many.get(i).position()).isEqualTo(i + 1);
        }
        long address = many.getFirst().address();
        assertThat(image.symbols().at(address)).contains(many.getFirst());
        assertThat(image.symbols().extent(address)).isPositive();
        assertThat(image.read(address, 16)).isNotNull();
    }

    @Test
    void exportsAreThoseOfModuleSymvers() throws IOException {
        String release = "6.1.0-56-cloud-amd64";
        Path symvers =
                KernelPackages.fetch("linux-headers-" + release)
                        .resolve("usr/src/linux-headers-" + release + "/Module.symvers");
        TreeSet<String> expected = new TreeSet<>();
        for (String line : Files.readAllLines(symvers)) {
            List<String> field = List.of(line.split("\t", -1));
            if (field.get(2).equals("vmlinux")) {
                boolean gpl = field.get(3).equals("EXPORT_SYMBOL_GPL");
                expected.add(field.get(0) + " " + field.get(1) + " " + gpl + " " + field.get(4));
            }
        }
        KernelImage image =
                KernelImage.open(KernelPackages.boot(release).resolve("vmlinuz-" + release));
        TreeSet<String> own = new TreeSet<>();
        for (Export e : Export.of(image).values()) {
            own.add("0x%08x %s %s %s".formatted(e.crc(), e.name(), e.gplOnly(), e.namespace()));
        }
        assertThat(own).isEqualTo(expected).hasSizeGreaterThan(5_000);
    }
}
