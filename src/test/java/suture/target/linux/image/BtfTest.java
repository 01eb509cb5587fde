package suture.target.linux.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Types and identity of a stock kernel against the tools of others. */
@Tag("kernel")
class BtfTest {
    private static final String RELEASE = "6.1.0-56-cloud-amd64";

    @TempDir Path scratch;

    private static KernelImage kernel() throws IOException {
        return KernelImage.open(KernelPackages.boot(RELEASE).resolve("vmlinuz-" + RELEASE));
    }

    @Test
    void sizesOfTableEntries() throws IOException {
        Btf btf = Btf.of(kernel()).orElseThrow();
        Map<String, Integer> sizes =
                Map.of(
                        "bug_entry", 12,
                        "exception_table_entry", 12,
                        "alt_instr", 12,
                        "paravirt_patch_site", 16,
                        "jump_entry", 16,
                        "static_call_site", 8,
                        "orc_entry", 6);
        sizes.forEach((name, size) -> assertThat(btf.size(name)).as(name).hasValue(size));
        assertThat(btf.size("no_such_struct")).isEmpty();
    }

    @Test
    void everySizeIsThatOfPahole() throws IOException {
        KernelImage image = kernel();
        Bytes content = image.elf().content(".BTF");
        assertThat(content).isNotNull();
        Path raw = Files.write(scratch.resolve("vmlinux.btf"), content.toArray());
        Btf btf = Btf.of(image).orElseThrow();
        int compared = 0;
        String out = Tool.run(scratch, "pahole", "-F", "btf", "--sizes", raw.toString());
        for (String line : out.split("\n", -1)) {
            List<String> field = List.of(line.split("\t", -1));
            if (field.size() > 1) {
                OptionalLong size = btf.size(field.getFirst());
                // pahole lists the first one of those that differ under one name.
                if (size.isPresent()) {
                    assertThat(size).as(line).hasValue(Long.parseLong(field.get(1)));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(5_000);
    }

    @Test
    void membersAreWherePaholeSeesThem() throws IOException {
        Btf btf = Btf.of(kernel()).orElseThrow();
        assertThat(btf.member("jump_entry", "key")).hasValue(new Btf.Member("key", 64, 8));
        assertThat(btf.member("module", "name").map(Btf.Member::size)).hasValue(56L);
        assertThat(btf.member("module", "init").orElseThrow().offset()).isPositive();
        // In an anonymous union.
        assertThat(btf.member("page", "mapping")).hasValue(new Btf.Member("mapping", 192, 8));
        assertThat(btf.member("page", "nothing")).isEmpty();
    }

    @Test
    void modulesAddTheirOwnTypes() throws IOException {
        Btf base = Btf.of(kernel()).orElseThrow();
        ModuleImage module =
                ModuleImage.open(
                        KernelPackages.modules(RELEASE).resolve("drivers/net/virtio_net.ko"));
        Btf btf = Btf.of(module, base).orElseThrow();
        assertThat(btf.count()).isGreaterThan(base.count());
        assertThat(base.size("virtnet_info")).isEmpty();
        assertThat(btf.size("virtnet_info")).isPresent();
        // A member of the module's structure with a type of the kernel.
        assertThat(btf.member("virtnet_info", "vdev")).map(Btf.Member::size).hasValue(8L);
        assertThat(btf.size("jump_entry")).hasValue(16);
    }

    @Test
    void identityNamesTheBuild() throws IOException {
        KernelIdentity identity = KernelIdentity.of(kernel());
        assertThat(identity.release()).isEqualTo(RELEASE);
        assertThat(identity.version()).startsWith("#1 SMP PREEMPT_DYNAMIC Debian 6.1.");
        assertThat(identity.linker()).startsWith("GNU ld (GNU Binutils for Debian) 2.");
        assertThat(identity.buildId()).isNotNull();
        assertThat(identity.buildId().size()).isEqualTo(20);
        Path config = KernelPackages.headers(RELEASE).resolve(".config");
        Optional<String> text =
                Files.readAllLines(config).stream()
                        .filter(l -> l.startsWith("CONFIG_CC_VERSION_TEXT="))
                        .findFirst();
        assertThat(text).hasValue("CONFIG_CC_VERSION_TEXT=\"" + identity.compiler() + '"');
        KernelImage older =
                KernelImage.open(
                        KernelPackages.boot("6.1.0-47-cloud-amd64")
                                .resolve("vmlinuz-6.1.0-47-cloud-amd64"));
        assertThat(KernelIdentity.of(older)).isNotEqualTo(identity);
    }

    @Test
    void modulesSayWhatTheyAre() throws IOException {
        Path folder = KernelPackages.modules(RELEASE);
        ModuleSymvers symvers =
                ModuleSymvers.read(KernelPackages.headers(RELEASE).resolve("Module.symvers"));
        ModuleImage failover = ModuleImage.open(folder.resolve("drivers/net/net_failover.ko"));
        assertThat(failover.name()).isEqualTo("net_failover");
        assertThat(failover.info().value("vermagic")).startsWith(RELEASE + " SMP");
        assertThat(failover.info().buildId()).isNotNull();
        assertThat(failover.info().exports()).hasSize(2);
        for (Export export : failover.info().exports().values()) {
            assertThat(symvers.get(export.name()))
                    .isEqualTo(
                            new ModuleSymvers.Entry(
                                    export.name(),
                                    export.crc(),
                                    "net_failover",
                                    export.gplOnly(),
                                    export.namespace()));
        }
        assertThat(failover.info().versions()).hasSizeGreaterThan(20);
        failover.info()
                .versions()
                .forEach((name, crc) -> {
                    ModuleSymvers.Entry entry = symvers.get(name);
                    if (!name.equals("module_layout")) {
                        assertThat(entry).as(name).isNotNull();
                        assertThat(entry.crc()).isEqualTo(crc);
                    }
                });
    }
}
