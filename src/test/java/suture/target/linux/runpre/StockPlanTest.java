package suture.target.linux.runpre;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.FormatException;
import suture.diff.Differ;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.finding.Finding;
import suture.plan.Destination;
import suture.plan.Hooks;
import suture.plan.Link;
import suture.plan.PatchPlan;
import suture.plan.Piece;
import suture.plan.Planner;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.image.KernelIdentity;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelPackages;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.image.ModuleSymvers;
import suture.target.linux.image.RunningCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Plans of real patches, bound to a distribution's kernel. */
@Tag("kernel")
class StockPlanTest {
    private static final String RELEASE = "6.1.0-56-cloud-amd64";
    private static final String MEMINFO = "fs/proc/meminfo.o";
    private static final String DUMMY = "drivers/net/dummy.o";

    private static KernelImage kernel;
    private static Path tree;
    private static Path source;
    private static Exports exports;

    @TempDir Path scratch;

    @BeforeAll
    static void open() throws IOException {
        kernel = KernelImage.open(KernelPackages.boot(RELEASE).resolve("vmlinuz-" + RELEASE));
        String version = KernelIdentity.of(kernel).version().replaceAll(".*Debian (\\S+) .*", "$1");
        tree = KernelPackages.build(RELEASE, version, List.of(MEMINFO, DUMMY));
        source = tree.resolve("source").toRealPath();
        Path symvers = KernelPackages.headers(RELEASE).resolve("Module.symvers");
        exports = Exports.of(kernel, symvers.toString(), ModuleSymvers.read(symvers));
    }

    /** One unit's plan with its bindings. */
    private record Bound(UnitPlan plan, UnitBindings bindings) {
        Set<Binding> all() {
            Set<Binding> all = new HashSet<>();
            for (Piece piece : plan.pieces()) {
                for (Link link : piece.links()) {
                    switch (link.destination()) {
                        case Destination.Travelling _ -> {}
                        case Destination.Running running -> all.add(bindings.running(running));
                        case Destination.External external ->
                                all.add(bindings.external(external.symbol()));
                    }
                }
            }
            return all;
        }
    }

    private Bound plan(RunningCode owner, String object, String from, String to)
            throws IOException {
        String name = object.replaceAll("\\.o$", ".c");
        String text = Files.readString(source.resolve(name));
        assertThat(text).contains(from);
        Path changed = Files.writeString(scratch.resolve("changed.c"), text.replace(from, to));
        Path plain = source.resolve(name);
        ElfObject original =
                ElfReader.read(
                        KernelPackages.again(
                                tree, object, scratch.resolve("orig.o"), StockPlanTest::split));
        ElfObject patched =
                ElfReader.read(
                        KernelPackages.again(
                                tree,
                                object,
                                scratch.resolve("patched.o"),
                                c ->
                                        split(c).replace(
                                                        " " + plain,
                                                        " -I"
                                                                + plain.getParent()
                                                                + " "
                                                                + changed)));
        PatchPlan plan =
                Planner.plan(
                        List.of(
                                new Planner.UnitDiff(
                                        name, owner.name(), Differ.diff(original, patched))),
                        Hooks.LINUX);
        assertThat(plan.refused()).as("%s", plan.findings()).isFalse();
        Resolution resolution = new RunPre(owner).match(ElfReader.read(tree.resolve(object)));
        return new Bound(
                plan.units().getFirst(), new UnitBindings(resolution, original, kernel, exports));
    }

    private static String split(String command) {
        return command.replace(" -O2 ", " -O2 -ffunction-sections -fdata-sections ");
    }

    @Test
    void newReferenceToAGlobalThatIsNotExported() throws IOException {
        Bound bound =
                plan(
                        kernel,
                        MEMINFO,
                        "\"VmallocChunk:   \", 0ul",
                        "\"VMALLOCCHUNK:   \", total_swap_pages + 42ul");
        assertThat(bound.bindings().check(bound.plan())).isEmpty();
        assertThat(bound.plan().replacements()).hasSize(1);
        assertThat(bound.bindings().function(bound.plan().replacements().getFirst().original()))
                .isEqualTo(new Binding.Livepatch("vmlinux", "meminfo_proc_show", 0, 0));
        assertThat(bound.all())
                .contains(new Binding.Livepatch("vmlinux", "total_swap_pages", 0, 0))
                // The unit has a weak definition of it, but that is not the one that runs.
                .contains(new Binding.Livepatch("vmlinux", "arch_report_meminfo", 0, 0))
                .noneMatch(b -> b instanceof Binding.Livepatch l && l.offset() != 0)
                .anyMatch(b -> b instanceof Binding.Export e && e.name().equals("seq_printf"));
    }

    @Test
    void referencesIntoTheModuleThatIsPatched() throws IOException {
        ModuleImage module =
                ModuleImage.open(KernelPackages.modules(RELEASE).resolve("drivers/net/dummy.ko"));
        Bound bound =
                plan(
                        module,
                        DUMMY,
                        "dev->needs_free_netdev = true;",
                        "dev->needs_free_netdev = true; dev->mtu = 4242;");
        assertThat(bound.bindings().check(bound.plan())).isEmpty();
        assertThat(bound.all())
                .contains(
                        new Binding.Livepatch("dummy", "dummy_netdev_ops", 0, 0),
                        new Binding.Livepatch("dummy", "dummy_ethtool_ops", 0, 0))
                .anyMatch(b -> b instanceof Binding.Export e && e.name().equals("ether_setup"));
    }

    @Test
    void moduleOfAnotherBuildIsRefused() throws IOException {
        Path other = KernelPackages.modules("6.1.0-47-cloud-amd64").resolve("drivers/net/dummy.ko");
        ElfObject object = ElfReader.read(tree.resolve(DUMMY));
        Resolution resolution = new RunPre(ModuleImage.open(other)).match(object);
        assertThatThrownBy(() -> new UnitBindings(resolution, object, kernel, exports))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("__versions");
    }

    @Test
    void unknownSymbolIsAFinding() throws IOException {
        Bound bound =
                plan(
                        kernel,
                        MEMINFO,
                        "\"VmallocChunk:   \", 0ul",
                        "\"VmallocChunk:   \", ({ extern int nobody_has_this; nobody_has_this; })");
        assertThat(bound.bindings().check(bound.plan()))
                .extracting(Finding::rule)
                .containsExactly("unresolved-symbol");
        assertThatThrownBy(bound::all).isInstanceOf(IllegalStateException.class);
    }

    /** A local symbol of that name runs, but no global one. */
    @Test
    void staticOfAnotherUnitIsAFinding() throws IOException {
        String name =
                kernel.symbols().all().stream()
                        .filter(s -> s.type() == 't' && s.position() == 0)
                        .map(KernelSymbol::name)
                        .filter(n -> n.matches("proc_[a-z_]+"))
                        .findFirst()
                        .orElseThrow();
        String call = "({ extern int %s(void); %s(); })".formatted(name, name);
        Bound bound =
                plan(kernel, MEMINFO, "\"VmallocChunk:   \", 0ul", "\"VmallocChunk:   \", " + call);
        assertThat(bound.bindings().check(bound.plan()))
                .extracting(Finding::rule)
                .containsExactly("unresolved-symbol");
    }
}
