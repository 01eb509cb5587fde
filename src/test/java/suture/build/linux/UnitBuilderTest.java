package suture.build.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import suture.build.ObjectPair;
import suture.build.Owner;
import suture.build.SourceChanges;
import suture.build.linux.TinyKernel.Layout;
import suture.bytes.FormatException;
import suture.elf.Tool;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.exec.ToolFailure;
import suture.finding.Finding;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class UnitBuilderTest {
    @TempDir private Path directory;

    private Built build(KernelTree tree, String work, Map<String, String> changes)
            throws Exception {
        Map<Path, byte[]> files = new HashMap<>();
        changes.forEach(
                (name, text) -> files.put(Path.of(name), text.getBytes(StandardCharsets.UTF_8)));
        try (UnitBuilder builder = builder(tree, work)) {
            return builder.build(SourceChanges.of(files));
        } finally {
            Views.delete(directory.resolve(work));
        }
    }

    private UnitBuilder builder(KernelTree tree, String work) {
        return new UnitBuilder(tree, directory.resolve(work), new JobPool(2), Progress.SILENT);
    }

    private static String content(KernelTree tree, String name) throws Exception {
        return Files.readString(tree.source().resolve(name));
    }

    private static List<String> objects(Built built) {
        return built.pairs().stream().map(pair -> pair.unit().object()).toList();
    }

    private static List<String> rules(Built built) {
        return built.findings().stream().map(Finding::rule).toList();
    }

    private static boolean equal(ObjectPair pair) throws Exception {
        return Files.mismatch(pair.original(), pair.patched()) < 0;
    }

    private String code(Path object) {
        return Tool.run(directory, "objdump", "-dr", "--no-show-raw-insn", object.toString())
                .replaceFirst(".*file format.*", "");
    }

    @Test
    void headersThatOnlyTheUnitsMakefileMakesAreMade() throws Exception {
        TinyKernel kernel = TinyKernel.in(directory, Layout.APART);
        kernel.includesLate("kernel/main.c");
        KernelTree tree = kernel.dryRun();
        String patched = content(tree, "kernel/main.c").replace("x - LOCAL", "x + LATE");
        Built built = build(tree, "work", Map.of("kernel/main.c", patched));
        assertThat(objects(built)).containsExactly("kernel/main.o");
        assertThat(equal(built.pairs().getFirst())).isFalse();
        assertThat(kernel.made()).containsExactly("kernel/main.o");
        assertThatThrownBy(() -> build(tree, "more", Map.of("lib/whole.c", "#include <no.h>\n")))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("no.h");
        assertThat(kernel.made()).containsExactly("kernel/main.o");
    }

    @ParameterizedTest
    @EnumSource
    void whatChangesNothingGivesIdenticalObjectsAndTouchesNothing(Layout layout) throws Exception {
        TinyKernel kernel = TinyKernel.in(directory, layout);
        KernelTree tree = kernel.dryRun();
        Map<String, String> before = TinyKernel.snapshot(kernel.source());
        Built built =
                build(
                        tree,
                        "work",
                        Map.of(
                                "kernel/main.c", content(tree, "kernel/main.c"),
                                "lib/up.h", content(tree, "lib/up.h"),
                                "lib/part.c", content(tree, "lib/part.c")));
        assertThat(built.findings()).isEmpty();
        assertThat(objects(built)).containsExactly("kernel/main.o", "lib/whole.o");
        for (ObjectPair pair : built.pairs()) {
            assertThat(equal(pair)).as(pair.unit().object()).isTrue();
        }
        assertThat(TinyKernel.snapshot(kernel.source())).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void thePlainObjectIsTheOneThatTheRecipeMakes(Layout layout) throws Exception {
        TinyKernel kernel = TinyKernel.in(directory, layout);
        KernelTree tree = kernel.dryRun();
        Built built = build(tree, "work", Map.of("kernel/main.c", content(tree, "kernel/main.c")));
        Files.createDirectories(kernel.build().resolve("kernel"));
        Tool.run(kernel.build(), "sh", "-c", kernel.compile("kernel/main.c"));
        Path made = kernel.build().resolve("kernel/main.o");
        Tool.run(directory, "objcopy", "-g", made.toString(), "made.o");
        Tool.run(
                directory,
                "objcopy",
                "-g",
                built.pairs().getFirst().plainOriginal().get().toString(),
                "plain.o");
        assertThat(Files.mismatch(directory.resolve("made.o"), directory.resolve("plain.o")))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void anEditChangesOneFunctionOnly(Layout layout) throws Exception {
        KernelTree tree = TinyKernel.in(directory, layout).dryRun();
        String main = content(tree, "kernel/main.c").replace("x - LOCAL", "x - LOCAL - 100");
        ObjectPair pair = build(tree, "work", Map.of("kernel/main.c", main)).pairs().getFirst();
        assertThat(code(pair.original()).replace("-0x7(%rdi)", "-0x6b(%rdi)"))
                .isNotEqualTo(code(pair.original()))
                .isEqualTo(code(pair.patched()));
    }

    /** A sparse view cannot show this header to a file beside its directory. */
    @ParameterizedTest
    @EnumSource
    void aHeaderThatIsReadThroughItsParentDirectoryIsThePatchedOne(Layout layout) throws Exception {
        KernelTree tree = TinyKernel.in(directory, layout).dryRun();
        Built built = build(tree, "work", Map.of("lib/up.h", "#define UP 1000\n"));
        assertThat(objects(built)).containsExactly("kernel/main.o");
        assertThat(code(built.pairs().getFirst().patched())).contains("0x3fa(");
        assertThat(code(built.pairs().getFirst().original())).doesNotContain("0x3fa(");
    }

    @Test
    void aNewHeaderThatHidesAnotherIsSeen() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        Built built =
                build(
                        tree,
                        "work",
                        Map.of(
                                "include/conf.h",
                                "#define CONF 1000\n",
                                "kernel/main.c",
                                content(tree, "kernel/main.c")));
        assertThat(equal(built.pairs().getFirst())).isFalse();
        assertThat(objects(build(tree, "w2", Map.of("include/conf.h", "#define CONF 1000\n"))))
                .containsExactly("kernel/main.o");
    }

    @Test
    void aDeletedHeaderIsGone() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        SourceChanges changes = SourceChanges.of(Map.of()).without(Path.of("kernel/local.h"));
        try (UnitBuilder builder = builder(tree, "work")) {
            assertThatThrownBy(() -> builder.build(changes))
                    .isInstanceOf(ToolFailure.class)
                    .hasMessageContaining("kernel/main.c")
                    .hasMessageContaining("local.h");
        }
    }

    @Test
    void anIncludedSourceBelongsToItsReader() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        Built built = build(tree, "work", Map.of("lib/part.c", "int part(void) { return 9; }\n"));
        assertThat(objects(built)).containsExactly("lib/whole.o");
        assertThat(equal(built.pairs().getFirst())).isFalse();
    }

    @Test
    void aSharedUnitIsAPairForEachModule() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        Built built = build(tree, "work", Map.of("include/tiny/define.h", "#define V 1\n"));
        assertThat(built.pairs().stream().map(ObjectPair::owner))
                .containsExactly(
                        new Owner.Module("drivers/one"), new Owner.Module("drivers/two-b"));
        assertThat(new Owner.Module("drivers/two-b").name()).isEqualTo("two_b");
    }

    @Test
    void codeOutOfReachIsRefusedOnlyIfItChanges() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        String a = content(tree, "include/tiny/a.h");
        Built same = build(tree, "same", Map.of("include/tiny/a.h", "\n" + a));
        assertThat(rules(same)).isEmpty();
        assertThat(objects(same)).containsExactly("kernel/main.o");
        Built changed = build(tree, "changed", Map.of("include/tiny/a.h", a.replace("1", "2")));
        assertThat(rules(changed)).containsExactly("changed-boot-code");
    }

    @Test
    void filesWithoutUnitsAreNamed() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        assertThat(rules(build(tree, "1", Map.of("Documentation/x.rst", "x"))))
                .containsExactly("not-kernel-code");
        assertThat(rules(build(tree, "2", Map.of("kernel/Makefile", "x"))))
                .containsExactly("changed-build-input");
        assertThat(rules(build(tree, "3", Map.of("kernel/entry.S", "x"))))
                .containsExactly("changed-assembler-source");
        assertThat(rules(build(tree, "4", Map.of("arch/other/x.c", "int x;\n"))))
                .containsExactly("not-compiled");
    }

    @Test
    void aPatchMayReachOnlySoMuch() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        Path work = directory.resolve("work");
        try (var builder = new UnitBuilder(tree, work, new JobPool(2), Progress.SILENT, 1)) {
            Map<Path, byte[]> header = Map.of(Path.of("include/tiny/a.h"), new byte[] {'\n'});
            Built built = builder.build(SourceChanges.of(header));
            assertThat(rules(built)).containsExactly("too-many-units");
            assertThat(built.pairs()).isEmpty();
        }
    }

    @Test
    void aPatchThatDoesNotCompileIsToldInTheCompilersWords() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        assertThatThrownBy(() -> build(tree, "work", Map.of("kernel/main.c", "int f( {\n")))
                .isInstanceOf(ToolFailure.class)
                .hasMessageStartingWith("compiling the patched kernel/main.c: gcc-12 failed")
                .hasMessageContaining("main.c:1:");
    }

    @Test
    void theWorkingDirectoryMayBeInTheSourceAndBeUsedAgain() throws Exception {
        TinyKernel kernel = TinyKernel.in(directory, Layout.APART);
        KernelTree tree = kernel.dryRun();
        String work = directory.relativize(directory.resolve("src/.work")).toString();
        for (String up : List.of("#define UP 1000\n", "#define UP 1001\n")) {
            Built built = build(tree, work, Map.of("lib/up.h", up));
            assertThat(code(built.pairs().getFirst().patched()))
                    .contains(up.contains("1001") ? "0x3fb(" : "0x3fa(");
        }
    }

    @Test
    void originalsAreCompiledOnce() throws Exception {
        KernelTree tree = TinyKernel.in(directory, Layout.APART).dryRun();
        Map<String, String> changes = Map.of("kernel/main.c", content(tree, "kernel/main.c"));
        Path first = build(tree, "1", changes).pairs().getFirst().original();
        Path second = build(tree, "2", changes).pairs().getFirst().original();
        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void aKernelThatWasBuiltHereGivesTheSame(Layout layout) throws Exception {
        TinyKernel kernel = TinyKernel.in(directory, layout);
        KernelTree tree = kernel.built();
        assertThat(tree.release()).isEqualTo("1.0-tiny");
        Map<String, String> before = TinyKernel.snapshot(kernel.source());
        Built built =
                build(
                        tree,
                        "work",
                        Map.of("lib/up.h", "#define UP 1000\n", "lib/part.c", "int part(void);"));
        assertThat(objects(built)).containsExactly("kernel/main.o", "lib/whole.o");
        assertThat(code(built.pairs().getFirst().patched())).contains("0x3fa(");
        Path made = kernel.build().resolve("kernel/main.o");
        assertThat(code(built.pairs().getFirst().plainOriginal().get())).isEqualTo(code(made));
        Built shared = build(tree, "w2", Map.of("include/tiny/define.h", "#define V 1\n"));
        assertThat(shared.pairs()).hasSize(2).allMatch(pair -> pair.unit().owners().size() == 2);
        assertThat(TinyKernel.snapshot(kernel.source())).isEqualTo(before);
    }

    @Test
    void aBuildThatIsOlderThanItsSourceIsRefused() throws Exception {
        TinyKernel kernel = TinyKernel.in(directory, Layout.APART);
        KernelTree tree = kernel.built();
        Path header = kernel.source().resolve("kernel/local.h");
        Files.setLastModifiedTime(header, FileTime.from(Instant.now().plusSeconds(5)));
        String main = content(tree, "kernel/main.c");
        assertThatThrownBy(() -> build(tree, "work", Map.of("kernel/main.c", main)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("local.h")
                .hasMessageContaining("newer");
    }
}
