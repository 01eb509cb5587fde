package suture.target.linux.runpre;

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
import suture.finding.Finding;
import suture.plan.Destination;
import suture.target.linux.Binding;
import suture.target.linux.image.Export;
import suture.target.linux.image.KernelIdentity;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelPackages;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.image.ModuleSymvers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Objects that are rebuilt from a distribution's source against the kernel that it ships. */
@Tag("kernel")
class StockKernelTest {
    private static final String RELEASE = "6.1.0-56-cloud-amd64";
    private static final List<String> BUILT_IN =
            List.of(
                    "fs/proc/cmdline.o",
                    "fs/proc/meminfo.o",
                    "fs/namei.o",
                    "net/ipv4/tcp_input.o",
                    "kernel/fork.o",
                    "mm/mmap.o",
                    // Tables with several entries that look alike; numbers filled in after linking.
                    "kernel/sched/build_utility.o",
                    "kernel/bpf/bpf_lsm.o");
    private static final List<String> MODULES =
            List.of("drivers/net/dummy.o", "drivers/net/virtio_net.o");

    private static KernelImage kernel;
    private static RunPre runPre;
    private static Path tree;

    @TempDir Path scratch;

    @BeforeAll
    static void open() throws IOException {
        kernel = KernelImage.open(KernelPackages.boot(RELEASE).resolve("vmlinuz-" + RELEASE));
        runPre = new RunPre(kernel);
        String version = KernelIdentity.of(kernel).version().replaceAll(".*Debian (\\S+) .*", "$1");
        List<String> all = new ArrayList<>(BUILT_IN);
        all.addAll(MODULES);
        tree = KernelPackages.build(RELEASE, version, all);
    }

    private static ModuleImage module(String object) throws IOException {
        return ModuleImage.open(
                KernelPackages.modules(RELEASE).resolve(object.replaceAll("\\.o$", ".ko")));
    }

    private static Resolution match(String object) throws IOException {
        ElfObject original = ElfReader.read(tree.resolve(object));
        return MODULES.contains(object)
                ? new RunPre(module(object)).match(original)
                : runPre.match(original);
    }

    private static Symbol function(Resolution resolution, String name) {
        return resolution.functions().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyFunctionIsFound() throws IOException {
        int functions = 0;
        List<String> all = new ArrayList<>(BUILT_IN);
        all.addAll(MODULES);
        for (String object : all) {
            Resolution resolution = match(object);
            Resolution.Counts counts = resolution.counts();
            assertThat(counts.different()).as(object).isZero();
            assertThat(counts.matched() + counts.overridden()).isEqualTo(counts.functions());
            functions += counts.matched();
            Set<String> rules =
                    resolution.check(resolution.functions()).stream()
                            .map(Finding::rule)
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(Set.of("init-code", "no-fentry-site", "weak-overridden")).containsAll(rules);
        }
        assertThat(functions).isEqualTo(1_083);
    }

    /** The export tables are a source that matching does not use. */
    @Test
    void addressesAreThoseOfTheExports() throws IOException {
        Map<String, Export> exports = Export.of(kernel);
        int compared = 0;
        for (String object : BUILT_IN) {
            Resolution resolution = match(object);
            for (Symbol symbol : resolution.object().symbols()) {
                Export export = exports.get(symbol.name());
                if (export != null && !resolution.isOverridden(symbol)) {
                    Section section = symbol.section();
                    var address =
                            section == null
                                    ? resolution.external(symbol.name())
                                    : resolution.address(section, symbol.value());
                    if (address.isPresent()) {
                        assertThat(address).as(symbol.name()).hasValue(export.address());
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(300);
    }

    /** A function whose name occurs more than once gets the position of its own address. */
    @Test
    void positionsOfRepeatedNamesAreProven() throws IOException {
        int repeated = 0;
        for (String object : BUILT_IN) {
            Resolution resolution = match(object);
            for (Symbol function : resolution.functions()) {
                List<KernelSymbol> named = kernel.symbols().named(function.name());
                if (named.size() > 1 && !resolution.isOverridden(function)) {
                    RunningPlace place = place(resolution, function);
                    assertThat(named.get(place.symbol().position() - 1)).isEqualTo(place.symbol());
                    assertThat(resolution.matches(function)).isTrue();
                    repeated++;
                }
            }
        }
        assertThat(repeated).isPositive();
    }

    private static RunningPlace place(Resolution resolution, Symbol symbol) {
        Section section = symbol.section();
        assertThat(section).isNotNull();
        return resolution.place(section, symbol.value(), symbol.name()).orElseThrow();
    }

    @Test
    void oneByteMakesOneFindingAtItsPlace() throws IOException {
        ElfObject original = ElfReader.read(tree.resolve("fs/namei.o"));
        Bytes content = Bytes.map(tree.resolve("fs/namei.o"));
        Resolution before = runPre.match(original);
        Symbol function = function(before, "may_linkat");
        Section text = function.section();
        assertThat(text).isNotNull();
        long at = function.value() + 9;
        Bytes damaged = Patched.byteOf(content, original, text, at);
        Resolution after = runPre.match(ElfReader.read("damaged.o", damaged));
        Symbol twin = function(after, "may_linkat");
        List<Finding> findings = after.check(List.of(twin));
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().rule()).isEqualTo("run-pre-mismatch");
        assertThat(findings.getFirst().place())
                .contains("may_linkat+0x9 (.text+0x" + Long.toHexString(at) + ")")
                .contains("namei.c:");
        assertThat(after.counts().different()).isEqualTo(1);
        // Independent functions are not refused for it.
        assertThat(after.check(List.of(function(after, "path_put")))).isEmpty();
        // One that calls it is.
        assertThat(after.check(List.of(function(after, "do_linkat"))))
                .extracting(Finding::rule)
                .containsOnly("run-pre-mismatch");
    }

    @Test
    void otherOptimisationIsRefused() throws IOException {
        for (String object : List.of("fs/namei.o", "mm/mmap.o")) {
            Path other =
                    KernelPackages.again(
                            tree,
                            object,
                            scratch.resolve("other.o"),
                            c -> c.replace(" -O2 ", " -O1 "));
            Resolution resolution = runPre.match(ElfReader.read(other));
            assertThat(resolution.counts().different()).isGreaterThan(20);
            refused(resolution);
        }
    }

    private static void refused(Resolution resolution) {
        for (Symbol function : resolution.functions()) {
            if (!resolution.matches(function)) {
                assertThat(resolution.check(List.of(function))).as(function.name()).isNotEmpty();
            }
        }
    }

    private static String split(String command) {
        return command.replace(" -O2 ", " -O2 -ffunction-sections -fdata-sections ");
    }

    /** The older compiler does not know all options. */
    private static String older(String command) {
        return command.replace(" gcc-12 ", " gcc-11 ")
                .replace(" -ftrivial-auto-var-init=zero", "")
                .replace(" -mharden-sls=all", "");
    }

    @Test
    void otherCompilerIsRefused() throws IOException {
        Path other =
                KernelPackages.again(
                        tree, "fs/namei.o", scratch.resolve("other.o"), StockKernelTest::older);
        Resolution resolution = runPre.match(ElfReader.read(other));
        assertThat(resolution.counts().different()).isPositive();
        refused(resolution);
    }

    /** The build with a section for each function is bound by the proof of the plain one. */
    @Test
    void sectionBuildHasTheSameBindings() throws IOException {
        for (String object : List.of("fs/namei.o", "drivers/net/virtio_net.o")) {
            Path other =
                    KernelPackages.again(
                            tree, object, scratch.resolve("split.o"), StockKernelTest::split);
            Resolution resolution = match(object);
            Exports exports = exports();
            ElfObject split = ElfReader.read(other);
            var plain = new UnitBindings(resolution, resolution.object(), kernel, exports);
            var bindings = new UnitBindings(resolution, split, kernel, exports);
            int bound = 0;
            for (Symbol symbol : split.symbols()) {
                Section section = symbol.section();
                if (section != null && isBound(resolution, symbol)) {
                    Symbol twin = new Twin(resolution.object()).symbol(symbol);
                    assertThat(twin).as(symbol.name()).isNotNull();
                    assertThat(twin.section()).isNotNull();
                    assertThat(bindings.running(running(split, symbol, section)))
                            .isEqualTo(
                                    plain.running(
                                            running(resolution.object(), twin, twin.section())));
                    bound++;
                }
            }
            assertThat(bound).isGreaterThan(80);
        }
    }

    private static boolean isBound(Resolution resolution, Symbol symbol) {
        boolean thing = symbol.type() == Elf.STT_FUNC && symbol.binding() != Elf.STB_WEAK;
        return thing
                && resolution.functions().stream().anyMatch(f -> f.name().equals(symbol.name()));
    }

    private static Destination.Running running(ElfObject object, Symbol symbol, Section section) {
        return new Destination.Running(object, symbol.name(), section, symbol.value(), true);
    }

    private static Exports exports() throws IOException {
        Path symvers = KernelPackages.headers(RELEASE).resolve("Module.symvers");
        return Exports.of(kernel, symvers.toString(), ModuleSymvers.read(symvers));
    }

    @Test
    void undefinedSymbolsAreBoundByWhatTheyAre() throws IOException {
        Resolution resolution = match("fs/proc/meminfo.o");
        var bindings = new UnitBindings(resolution, resolution.object(), kernel, exports());
        assertThat(bindings.external(undefined("seq_printf")))
                .isInstanceOfSatisfying(
                        Binding.Export.class,
                        e -> {
                            assertThat(e.provider()).isEqualTo("vmlinux");
                            assertThat(e.crc()).isNotNull();
                        });
        // The original does not refer to it: there is one global symbol of that name.
        assertThat(resolution.external("total_swap_pages")).isEmpty();
        assertThat(bindings.external(undefined("total_swap_pages")))
                .isEqualTo(new Binding.Livepatch("vmlinux", "total_swap_pages", 0, 0));
        assertThat(bindings.function(function(resolution, "meminfo_proc_show")))
                .isEqualTo(new Binding.Livepatch("vmlinux", "meminfo_proc_show", 0, 0));

        Resolution net = match("drivers/net/virtio_net.o");
        var module = new UnitBindings(net, net.object(), kernel, exports());
        assertThat(module.external(undefined("virtqueue_kick")))
                .isInstanceOfSatisfying(
                        Binding.Export.class,
                        e -> assertThat(e.provider()).isEqualTo("virtio_ring"));
        assertThat(module.external(undefined("netif_receive_skb")))
                .isInstanceOfSatisfying(
                        Binding.Export.class, e -> assertThat(e.provider()).isEqualTo("vmlinux"));
    }

    private static Symbol undefined(String name) {
        return new Symbol(1, name, 0, 0, Elf.STB_GLOBAL << 4, 0, new Symbol.Place.Undefined());
    }

    /** Proven for the whole release by the reference in the image, and checked by hand once. */
    @Test
    void staticDataOfAFunctionIsNamed() throws IOException {
        Resolution resolution = match("drivers/net/dummy.o");
        Symbol table =
                resolution.object().symbols().stream()
                        .filter(s -> s.name().equals("dummy_netdev_ops"))
                        .findFirst()
                        .orElseThrow();
        RunningPlace place = place(resolution, table);
        assertThat(place.symbol().name()).isEqualTo("dummy_netdev_ops");
        assertThat(place.offset()).isZero();
        assertThat(place.owner()).isEqualTo("dummy");
    }
}
