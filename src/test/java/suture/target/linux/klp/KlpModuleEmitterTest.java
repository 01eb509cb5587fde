package suture.target.linux.klp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.plan.PatchPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Modules of real patches against what binutils and kmod read out of them. */
@Tag("kernel")
class KlpModuleEmitterTest {
    @TempDir static Path work;

    private static KernelBuild kernel;
    private static KlpModule meminfo;
    private static Path file;

    @BeforeAll
    static void build() throws IOException {
        kernel = new KernelBuild(work, "fs/proc/meminfo.o", "drivers/net/dummy.o");
        meminfo = meminfo();
        assertThat(meminfo.findings()).noneMatch(Finding::refuses);
        file =
                Files.write(
                        work.resolve("livepatch_meminfo.ko"),
                        Objects.requireNonNull(meminfo.content()).toArray());
    }

    private static KlpModule meminfo() throws IOException {
        PatchPlan plan =
                kernel.plan(
                        "vmlinux",
                        "fs/proc/meminfo.o",
                        "show_val_kb(m, \"VmallocChunk:   \", 0ul)",
                        "show_val_kb(m, \"VMALLOCCHUNK:   \", total_swap_pages + 42ul)");
        assertThat(plan.findings()).noneMatch(Finding::refuses);
        return KlpModuleEmitter.emit(
                kernel.units(plan),
                kernel.facts("livepatch_meminfo"),
                kernel.exports(),
                kernel::glue);
    }

    @Test
    void replacedFunctionIsInTheText() {
        assertThat(meminfo.functions())
                .containsExactly(
                        new PatchedFunction(
                                "vmlinux", "meminfo_proc_show", 0, "meminfo_proc_show"));
        String symbols = Tool.run(work, "readelf", "-sW", file.toString());
        assertThat(symbols).containsPattern("FUNC +LOCAL +DEFAULT +\\d+ meminfo_proc_show");
    }

    @Test
    void sameInputsGiveTheSameBytes() throws IOException {
        assertThat(meminfo().content()).isEqualTo(meminfo.content());
    }

    @Test
    void livepatchRelocationsHaveLivepatchSymbolsAndOthersDoNot() throws IOException {
        ElfObject module = ElfReader.read(file);
        assertThat(module.relocationSections()).isNotEmpty();
        module.relocationSections()
                .forEach(r -> {
                    boolean livepatch = r.section().name().startsWith(KlpNames.RELA);
                    assertThat(r.section().has(0x10_0000)).isEqualTo(livepatch);
                    assertThat(r.entries())
                            .allMatch(e ->
                                    livepatch
                                            == e.symbol().place() instanceof Symbol.Place.Reserved);
                });
        assertThat(module.section(".klp.rela.vmlinux..text")).isNotNull();
        assertThat(module.symbols())
                .extracting(Symbol::name)
                .contains(".klp.sym.vmlinux.total_swap_pages,0");
    }

    @Test
    void everyUndefinedSymbolHasItsChecksum() throws IOException {
        ElfObject module = ElfReader.read(file);
        Bytes versions = Objects.requireNonNull(module.content("__versions"));
        assertThat(versions.size() / 64)
                .isEqualTo(
                        module.symbols().stream()
                                        .filter(s -> s.isUndefined() && s.index() > 0)
                                        .count()
                                + 1);
        String dump = Tool.run(work, "/sbin/modprobe", "--dump-modversions", file.toString());
        assertThat(dump).contains("0xa351f379\tmodule_layout", "0x7140de40\tinit_uts_ns");
    }

    @Test
    void modinfoSaysWhatItIs() {
        String info = Tool.run(work, "/sbin/modinfo", file.toString());
        assertThat(info)
                .containsPattern("livepatch: +Y")
                .containsPattern("license: +GPL")
                .containsPattern("name: +livepatch_meminfo")
                .containsPattern("vermagic: +6.1.0-56-cloud-amd64 SMP")
                .contains("vmlinux:meminfo_proc_show,0");
    }

    @Test
    void traceSitesAndUnwindTablesCoverTheFunction() throws IOException {
        ElfObject module = ElfReader.read(file);
        Section sites = Objects.requireNonNull(module.section("__mcount_loc"));
        assertThat(module.relocations(sites))
                .anyMatch(r -> r.symbol().name().equals("meminfo_proc_show"));
        Section places = Objects.requireNonNull(module.section(".orc_unwind_ip"));
        Section states = Objects.requireNonNull(module.section(".orc_unwind"));
        assertThat(states.size() / 6).isEqualTo(places.size() / 4);
    }

    @Test
    void moduleObjectsWaitForTheirModule() throws IOException {
        KlpModule module = dummy();
        assertThat(module.findings()).noneMatch(Finding::refuses);
        ElfObject object = ElfReader.read("dummy", Objects.requireNonNull(module.content()));
        assertThat(object.section(".klp.rela.dummy..text")).isNotNull();
        assertThat(module.functions())
                .contains(new PatchedFunction("dummy", "dummy_setup", 0, "dummy_setup"));
    }

    /** Each pointer of the tables, in the order of the structures' fields; then a row of zeros. */
    @Test
    void theTablesSayWhatIsReplaced() throws IOException {
        ElfObject object = ElfReader.read("dummy", Objects.requireNonNull(dummy().content()));
        assertThat(pointers(object, "suture_objects"))
                .containsExactly("\"dummy\"", "suture_functions_0");
        assertThat(pointers(object, "suture_functions_0"))
                .containsExactly("\"dummy_setup\"", "dummy_setup");
        assertThat(pointers(ElfReader.read(file), "suture_objects"))
                .containsExactly("suture_functions_0");
        assertThat(pointers(object, "suture_patch")).contains("suture_objects");
    }

    private static List<String> pointers(ElfObject module, String table) {
        Symbol symbol =
                module.symbols().stream()
                        .filter(s -> s.name().equals(table))
                        .findFirst()
                        .orElseThrow();
        return module.relocations(Objects.requireNonNull(symbol.section())).stream()
                .filter(r -> r.offset() >= symbol.value())
                .filter(r -> r.offset() < symbol.value() + symbol.size())
                .map(r ->
                        r.symbol().type() == Elf.STT_SECTION
                                ? '"'
                                        + Objects.requireNonNull(r.symbol().section())
                                                .content()
                                                .cstring(r.addend())
                                        + '"'
                                : r.symbol().name())
                .toList();
    }

    private static KlpModule dummy() throws IOException {
        PatchPlan plan =
                kernel.plan(
                        "dummy",
                        "drivers/net/dummy.o",
                        "dev->min_mtu = 0;",
                        "dev->min_mtu = 0;\n\tdev->mtu = 4242;");
        assertThat(plan.findings()).noneMatch(Finding::refuses);
        return KlpModuleEmitter.emit(
                kernel.units(plan),
                kernel.facts("livepatch_dummy"),
                kernel.exports(),
                kernel::glue);
    }
}
