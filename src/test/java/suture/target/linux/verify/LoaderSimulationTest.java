package suture.target.linux.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
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
                        kernel.facts("lp"),
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
        return Faults.ALL.stream().map(fault -> new Object[] {fault.rule(), fault.edit()});
    }

    @Test
    void kernelSymbolMayNotWaitForAModule() throws IOException {
        Edit fault = Faults.kernelSymbolFor(dummy);
        assertThat(LoaderSimulation.check(fault.apply(dummy), baseline).findings())
                .extracting(Finding::rule)
                .containsOnly("kernel-symbol-in-module-section");
    }

    @Test
    void aSymbolOfAModuleThatNeedNotBeThereIsRefused() throws IOException {
        Edit fault = Faults.foreignSymbolFor(dummy);
        assertThat(LoaderSimulation.check(fault.apply(dummy), baseline).findings())
                .extracting(Finding::rule)
                .containsOnly("undeclared-module-dependency", "module-not-at-hand");
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
