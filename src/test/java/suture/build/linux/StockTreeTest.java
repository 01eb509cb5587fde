package suture.build.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import suture.build.ObjectPair;
import suture.build.Owner;
import suture.build.SourceChanges;
import suture.build.Unit;
import suture.build.debian.AptArchive;
import suture.build.debian.DebianKernels;
import suture.build.debian.KernelRelease;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A real stock kernel; fetches 170 MB the first time, and keeps it where Suture does. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockTreeTest {
    private static final List<String> SOURCES =
            List.of(
                    "fs/proc/cmdline.c",
                    "fs/namei.c",
                    "kernel/fork.c",
                    "net/ipv4/tcp_input.c",
                    "drivers/net/dummy.c");

    private KernelTree tree = open();

    private static KernelTree open() {
        try {
            long start = System.nanoTime();
            Path cache = DebianKernels.cacheOf(System.getenv());
            DebianKernels kernels =
                    new DebianKernels(
                            cache,
                            new AptArchive(DebianKernels.packages(cache), Progress.SILENT),
                            JobPool.ofCores(),
                            Progress.SILENT);
            String release = System.getProperty("suture.release", "6.1.0-56-cloud-amd64");
            StockKernel kernel = kernels.obtain(KernelRelease.parse(release));
            said("obtain", start);
            start = System.nanoTime();
            KernelTree tree = kernels.open(kernel);
            said("open", start);
            return tree;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void said(String what, long start) {
        System.out.printf("%s: %.2f s%n", what, (System.nanoTime() - start) / 1e9);
    }

    @BeforeAll
    void sourceIsThere() {
        assertThat(tree.source().resolve("fs/namei.c")).exists();
    }

    private Built build(Path work, Map<Path, byte[]> changes) throws Exception {
        long start = System.nanoTime();
        try (var builder = new UnitBuilder(tree, work, JobPool.ofCores(), Progress.SILENT)) {
            Built built = builder.build(SourceChanges.of(changes));
            said("build " + changes.keySet() + " " + built.pairs().size() + " pairs", start);
            return built;
        } finally {
            Views.delete(work);
        }
    }

    private byte[] content(String name) throws Exception {
        return Files.readAllBytes(tree.source().resolve(name));
    }

    private byte[] edited(String name, String from, String to) throws Exception {
        String text = Files.readString(tree.source().resolve(name));
        assertThat(text.contains(from)).as(name + " has " + from).isTrue();
        return text.replace(from, to).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void everyKindOfUnitIsKnown() {
        assertThat(tree.units().units()).hasSizeGreaterThan(4000);
        assertThat(owners("fs/namei.o")).containsExactly(new Owner.Vmlinux());
        assertThat(owners("fs/overlayfs/copy_up.o"))
                .containsExactly(new Owner.Module("fs/overlayfs/overlay"));
        assertThat(owners("arch/x86/entry/vdso/vclock_gettime.o"))
                .containsExactly(new Owner.Elsewhere());
        assertThat(owners("drivers/firmware/efi/libstub/tpm.o"))
                .containsExactly(new Owner.Elsewhere());
        assertThat(owners("lib/cmdline.o")).containsExactly(new Owner.Vmlinux());
        assertThat(tree.units().ofSource("lib/cmdline.c")).hasSize(2);
        assertThat(tree.units().units())
                .allSatisfy(
                        unit -> assertThat(unit.command().steps()).allMatch(KbuildOutput::isKnown));
    }

    private List<Owner> owners(String object) {
        return Objects.requireNonNull(tree.units().object(object), object).owners();
    }

    @Test
    void aPatchThatChangesNothingGivesIdenticalObjects(@TempDir Path work) throws Exception {
        Map<Path, byte[]> same = new HashMap<>();
        for (String source : SOURCES) {
            same.put(Path.of(source), content(source));
        }
        Built built = build(work, same);
        assertThat(built.findings()).isEmpty();
        assertThat(built.pairs()).hasSize(SOURCES.size());
        for (ObjectPair pair : built.pairs()) {
            assertThat(Files.mismatch(pair.original(), pair.patched()))
                    .as(pair.unit().object())
                    .isEqualTo(-1);
        }
    }

    @Test
    void aChangedLineChangesOneSection(@TempDir Path work) throws Exception {
        String name = "fs/proc/meminfo.c";
        Built built =
                build(
                        work,
                        Map.of(
                                Path.of(name),
                                edited(name, "VMALLOC_TOTAL >> 10", "VMALLOC_TOTAL >> 11")));
        ObjectPair pair = built.pairs().getFirst();
        ElfObject original = ElfReader.read(pair.original());
        ElfObject patched = ElfReader.read(pair.patched());
        List<String> different = new ArrayList<>();
        for (Section section : original.sections()) {
            Section twin = patched.section(section.name());
            if (!section.name().contains("debug")
                    && !Objects.requireNonNull(twin).content().equals(section.content())) {
                different.add(section.name());
            }
        }
        assertThat(different).containsExactly(".text.meminfo_proc_show");
    }

    @Test
    void aHeaderReachesItsReaders(@TempDir Path work) throws Exception {
        String name = "fs/overlayfs/overlayfs.h";
        Built built =
                build(work, Map.of(Path.of(name), edited(name, "#include", "/* x */ #include")));
        assertThat(built.findings()).isEmpty();
        assertThat(built.pairs())
                .hasSize(9)
                .allSatisfy(pair ->
                        assertThat(pair.owner())
                                .isEqualTo(new Owner.Module("fs/overlayfs/overlay")));
    }

    @Test
    void whatIsNoUnitIsSaid(@TempDir Path work) throws Exception {
        Built built =
                build(
                        work,
                        Map.of(
                                Path.of("Documentation/index.rst"),
                                content("Documentation/index.rst"),
                                Path.of("fs/Kconfig"),
                                content("fs/Kconfig"),
                                Path.of("arch/arm/kernel/setup.c"),
                                content("arch/arm/kernel/setup.c"),
                                Path.of("arch/x86/entry/entry_64.S"),
                                content("arch/x86/entry/entry_64.S")));
        assertThat(built.findings().stream().map(Finding::rule))
                .containsExactlyInAnyOrder(
                        "not-kernel-code", "changed-build-input", "not-compiled");
        assertThat(built.pairs()).isEmpty();
    }

    @Test
    void codeOutsideOfTheImageIsRefusedOnlyIfItChanges(@TempDir Path work) throws Exception {
        String name = "lib/cmdline.c";
        Built same = build(work.resolve("same"), Map.of(Path.of(name), content(name)));
        assertThat(same.findings()).isEmpty();
        assertThat(same.pairs().stream().map(ObjectPair::unit).map(Unit::object))
                .containsExactly("lib/cmdline.o");
        Built changed =
                build(
                        work.resolve("changed"),
                        Map.of(
                                Path.of(name),
                                edited(name, "return inc_counter;", "return inc_counter + 3;")));
        assertThat(changed.findings().stream().map(Finding::rule))
                .containsExactly("changed-boot-code");
    }

    @Test
    void aHeaderOfEverythingIsRefusedSoon(@TempDir Path work) throws Exception {
        String name = "include/linux/page-flags.h";
        byte[] more = edited(name, "\t__NR_PAGEFLAGS,", "\tPG_new,\n\t__NR_PAGEFLAGS,");
        long start = System.nanoTime();
        try (var builder = new UnitBuilder(tree, work, JobPool.ofCores(), Progress.SILENT, 20)) {
            Built built = builder.build(SourceChanges.of(Map.of(Path.of(name), more)));
            said("refuse " + name, start);
            assertThat(built.findings().stream().map(Finding::rule))
                    .contains("changed-generated-header", "too-many-units");
            assertThat(built.pairs()).isEmpty();
        } finally {
            Views.delete(work);
        }
    }

    @Test
    void glueIsAModuleOfThisKernel(@TempDir Path work) throws Exception {
        Path source =
                Files.writeString(
                        work.resolve("glue.c"),
                        """
                        #include <linux/module.h>
                        static int __init start(void) { pr_info("x"); return 0; }
                        module_init(start);
                        MODULE_LICENSE("GPL");
                        """);
        GlueCompiler glue = new GlueCompiler(tree);
        Path object = glue.compile(source, "suture_x", work.resolve("glue.o"));
        Path module = glue.link(List.of(object), work.resolve("x.ko"));
        ElfObject elf = ElfReader.read(module);
        assertThat(elf.section(".init.text")).isNotNull();
        assertThat(elf.section(".orc_unwind")).isNotNull();
        assertThat(glue.vermagic(work)).startsWith(tree.release() + " SMP ");
        assertThat(glue.symvers()).exists();
    }
}
