package suture.target.linux.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Relocation;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.target.linux.klp.KernelBuild;
import suture.target.linux.klp.KlpModule;
import suture.target.linux.klp.KlpModuleEmitter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A module that the kernel takes, and the same one with one fault for each rule. */
@Tag("kernel")
class LoaderSimulationTest {
    private static final String KLP = ".klp.rela.vmlinux..text";
    private static final String SWAP = ".klp.sym.vmlinux.total_swap_pages,0";
    private static final long FLAGS = Elf.SHF_ALLOC | Elf.SHF_INFO_LINK | Elf.SHF_RELA_LIVEPATCH;

    @TempDir static Path work;

    private static Baseline baseline;
    private static ElfObject good;
    private static ElfObject dummy;

    @BeforeAll
    static void build() throws IOException {
        KernelBuild kernel = new KernelBuild(work, "fs/proc/meminfo.o", "drivers/net/dummy.o");
        good =
                module(
                        kernel,
                        "vmlinux",
                        "fs/proc/meminfo.o",
                        "show_val_kb(m, \"VmallocChunk:   \", 0ul)",
                        "show_val_kb(m, \"VMALLOCCHUNK:   \", total_swap_pages + 42ul)");
        dummy =
                module(
                        kernel,
                        "dummy",
                        "drivers/net/dummy.o",
                        "dev->min_mtu = 0;",
                        "dev->min_mtu = 0;\n\tdev->mtu = 4242;");
        baseline = Baseline.open(KernelBuild.boot(), List.of(KernelBuild.module("dummy")));
    }

    private static ElfObject module(
            KernelBuild kernel, String owner, String object, String from, String to)
            throws IOException {
        KlpModule module =
                KlpModuleEmitter.emit(
                        kernel.units(kernel.plan(owner, object, from, to)),
                        kernel.facts("lp_" + owner),
                        kernel.exports(),
                        kernel::glue);
        return ElfReader.read(owner, Objects.requireNonNull(module.content()));
    }

    @Test
    void soundModulesAreAcceptedWithoutAWord() throws IOException {
        for (ElfObject module : List.of(good, dummy)) {
            Proof proof = LoaderSimulation.check(module, baseline);
            assertThat(proof.findings()).isEmpty();
            assertThat(proof.accepted()).isTrue();
            assertThat(proof.symbols()).isNotEmpty();
            assertThat(proof.functions()).isNotEmpty();
        }
        Edit nothing = Edit.text(".modinfo", "", "");
        assertThat(LoaderSimulation.check(nothing.apply(good), baseline).findings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void eachFaultIsFoundByItsRule(String rule, Edit fault) throws IOException {
        Proof proof = LoaderSimulation.check(fault.apply(good), baseline);
        assertThat(proof.findings())
                .extracting(Finding::rule)
                .contains(rule)
                .allMatch(rule::equals);
        assertThat(proof.accepted()).isFalse();
    }

    static Stream<Object[]> faults() {
        return Stream.of(
                fault("no-module", Edit.section(".gnu.linkonce.this_module", ".gnu.x", 3)),
                fault("wrong-vermagic", info("SMP preempt", "SMP")),
                fault("not-a-livepatch", info("livepatch=Y", "livepatch=N")),
                fault("license", info("license=GPL", "license=BSD")),
                fault("module-name", info("name=lp_vmlinux", "name=" + "x".repeat(56))),
                fault("wrong-baseline", info("suture_build=#1", "suture_build=#2")),
                fault("wrong-baseline", info("suture_vmlinux=", "suture_vmlinux=0")),
                fault("livepatch-section-name", Edit.section(KLP, ".klp.rela.x", FLAGS)),
                fault("livepatch-section-flag", Edit.section(KLP, KLP, FLAGS - Elf.SHF_ALLOC)),
                fault(
                        "not-a-livepatch-symbol",
                        Edit.symbol(SWAP, "x", new Symbol.Place.Absolute())),
                fault(
                        "livepatch-symbol-outside",
                        Edit.symbol("strcmp", SWAP, new Symbol.Place.Reserved(Elf.SHN_LIVEPATCH))),
                fault("relocation-type", with(".rela.text", 9, 0)),
                fault("relocation-outside", with(".rela.text", 2, 1L << 40)),
                fault("relocation-target-not-zero", with(".rela.text", 2, -1)),
                fault("relocated-twice", Edit.first(".rela.text", r -> List.of(r, r))),
                fault("unknown-symbol", Edit.symbol("strcmp", "strcmq", null)),
                fault("wrong-checksum", Edit.text("__versions", "Z%\u00d5\u00e2", "\1\1\1\1")),
                fault("no-checksum", Edit.text("__versions", "strcmp", "strcmq")),
                fault("livepatch-symbol-name", Edit.symbol(SWAP, ".klp.sym.vmlinux.a", null)),
                fault("missing-symbol", sym("vmlinux.no_such_thing,0")),
                fault("ambiguous-symbol", sym("vmlinux.c_start,0")),
                fault("missing-position", sym("vmlinux.c_start,99")),
                fault("missing-position", sym("vmlinux.total_swap_pages,2")),
                fault("module-symbol-in-kernel-section", sym("dummy.dummy_setup,0")),
                fault("function-list", info("vmlinux:meminfo_proc_show,0", "meminfo_proc_show")),
                fault(
                        "missing-symbol",
                        info("vmlinux:meminfo_proc_show", "vmlinux:meminfo_proc_s")),
                fault(
                        "not-a-function",
                        info("vmlinux:meminfo_proc_show", "vmlinux:total_swap_pages")),
                fault("not-traceable", info("vmlinux:meminfo_proc_show", "vmlinux:do_syscall_64")),
                fault("replacement-missing", info(",0 meminfo_proc_show", ",0 meminfo_proc_shop")));
    }

    private static Object[] fault(String rule, Edit edit) {
        return new Object[] {rule, edit};
    }

    private static Edit info(String from, String to) {
        return Edit.text(".modinfo", from, to);
    }

    private static Edit sym(String to) {
        return Edit.symbol(SWAP, ".klp.sym." + to, null);
    }

    /** The first relocation with another type, moved by some bytes. */
    private static Edit with(String section, int type, long by) {
        return Edit.first(
                section,
                r -> List.of(new Relocation(r.offset() + by, type, r.symbol(), r.addend())));
    }

    @Test
    void kernelSymbolMayNotWaitForAModule() throws IOException {
        String section = ".klp.rela.dummy..text";
        Symbol own =
                dummy.relocationSections().stream()
                        .filter(r -> r.section().name().equals(section))
                        .findFirst()
                        .orElseThrow()
                        .entries()
                        .getFirst()
                        .symbol();
        Edit fault = Edit.symbol(own.name(), ".klp.sym.vmlinux.total_swap_pages,0", null);
        assertThat(LoaderSimulation.check(fault.apply(dummy), baseline).findings())
                .extracting(Finding::rule)
                .containsOnly("kernel-symbol-in-module-section");
    }

    @Test
    void namespaceMustBeImported() throws IOException {
        ElfObject module =
                Edit.text("__versions", "strcmp" + "\0".repeat(22), "insert_resource_expand_to_fi")
                        .apply(
                                Edit.symbol("strcmp", "insert_resource_expand_to_fit", null)
                                        .apply(good));
        assertThat(LoaderSimulation.check(module, baseline).findings())
                .extracting(Finding::rule)
                .contains("missing-namespace");
        ElfObject imported =
                Edit.text(".modinfo", "depends=", "import_ns=CXL\0depends=").apply(module);
        assertThat(LoaderSimulation.check(imported, baseline).findings())
                .extracting(Finding::rule)
                .doesNotContain("missing-namespace");
    }

    @Test
    void moduleThatIsNotAtHandIsSaid() throws IOException {
        Baseline kernelOnly = Baseline.open(KernelBuild.boot(), List.of());
        Proof proof = LoaderSimulation.check(dummy, kernelOnly);
        assertThat(proof.findings()).extracting(Finding::rule).containsOnly("module-not-at-hand");
        assertThat(proof.accepted()).isTrue();
    }
}
