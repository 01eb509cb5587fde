package suture.target.linux.klp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Symbol;
import suture.finding.Finding;
import suture.plan.Destination;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.Bindings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** What no module can carry is refused, and by its own rule. */
@Tag("kernel")
class RefusalTest {
    @TempDir static Path work;

    private static KernelBuild kernel;
    private static KlpUnit fork;

    @BeforeAll
    static void plan() throws IOException {
        kernel = new KernelBuild(work, "kernel/fork.o");
        fork =
                kernel.units(
                                kernel.plan(
                                        "vmlinux",
                                        "kernel/fork.o",
                                        "&& !unprivileged_userns_clone)",
                                        "&& unprivileged_userns_clone == 0x77)"))
                        .getFirst();
    }

    @Test
    void thePatchItselfIsAccepted() throws IOException {
        assertThat(rules(fork)).isEmpty();
    }

    @Test
    void kernelCodeMayNotReferToAModule() throws IOException {
        KlpUnit unit = with("vmlinux", b -> late(b, "nfsd"));
        assertThat(rules(unit)).containsOnly("undeclared-module-dependency");
    }

    /** Who is needed is there as long as the module is. */
    @Test
    void codeOfAModuleMayReferToWhatThatNeeds() throws IOException {
        assertThat(rules(with("nfsd", b -> late(b, "sunrpc"))))
                .contains("undeclared-module-dependency");
        assertThat(rules(with("nfsd", b -> late(b, "needed"))))
                .doesNotContain("undeclared-module-dependency");
    }

    @Test
    void tablesThatAreReadAtLoadTimeMayNotWaitForAModule() throws IOException {
        KlpUnit unit = with("nfsd", b -> late(b, "nfsd"));
        assertThat(rules(unit)).containsOnly("late-special-section", "trace-site-off");
        assertThat(findings(unit))
                .extracting(Finding::place)
                .anyMatch(p -> p.contains(".static_call_sites"));
    }

    @Test
    void exportWithoutChecksumIsRefused() throws IOException {
        KlpUnit unit =
                with(
                        "vmlinux",
                        b ->
                                b instanceof Binding.Export e
                                        ? new Binding.Export(
                                                e.name(), null, null, e.provider(), e.gplOnly())
                                        : b);
        assertThat(rules(unit)).containsOnly("missing-checksum");
    }

    private static Binding late(Binding binding, String object) {
        return binding instanceof Binding.Livepatch l
                ? new Binding.Livepatch(object, l.name(), l.position(), l.offset())
                : binding;
    }

    private static List<String> rules(KlpUnit unit) throws IOException {
        return findings(unit).stream().map(Finding::rule).toList();
    }

    private static List<Finding> findings(KlpUnit unit) throws IOException {
        KlpModule module =
                KlpModuleEmitter.emit(
                        List.of(unit), kernel.facts("lp"), kernel.exports(), kernel::glue);
        boolean refused = module.findings().stream().anyMatch(Finding::refuses);
        assertThat(module.content() == null).isEqualTo(refused);
        return module.findings();
    }

    /** The same plan for another owner, with other bindings. */
    private static KlpUnit with(String owner, UnaryOperator<Binding> to) {
        UnitPlan p = fork.plan();
        UnitPlan plan =
                new UnitPlan(
                        p.unit(),
                        owner,
                        p.original(),
                        p.patched(),
                        p.pieces(),
                        p.replacements(),
                        p.callbacks());
        Bindings bindings =
                new Bindings() {
                    @Override
                    public Binding running(Destination.Running destination) {
                        return to.apply(fork.bindings().running(destination));
                    }

                    @Override
                    public Binding external(Symbol symbol) {
                        return to.apply(fork.bindings().external(symbol));
                    }
                };
        return new KlpUnit(plan, bindings, fork.functions(), "needed"::equals);
    }
}
