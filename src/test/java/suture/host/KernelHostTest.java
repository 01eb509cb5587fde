package suture.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.FormatException;
import suture.elf.Tool;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The files of the livepatch core, and what stands in the way before anything is touched. */
class KernelHostTest {
    @TempDir Path scratch;

    private Path module(String release) {
        String source =
                """
                static const char info[] __attribute__((section(".modinfo"), used)) =
                    "name=fix\\0vermagic=%s SMP preempt\\0livepatch=Y";
                static int self __attribute__((section(".gnu.linkonce.this_module"), used));
                """;
        return Tool.compile(scratch, "gcc-12", source.replace("%s", release), "fix.ko");
    }

    private Path processes(String capabilities) throws IOException {
        Path processes = scratch.resolve("proc");
        Files.createDirectories(processes.resolve("self"));
        Files.createDirectories(processes.resolve("sys/kernel"));
        Files.writeString(processes.resolve("self/status"), "CapEff:\t" + capabilities + "\n");
        Files.writeString(processes.resolve("sys/kernel/osrelease"), "6.1.0-1-amd64\n");
        return processes;
    }

    private KernelHost host(String capabilities) throws IOException {
        return new KernelHost(
                scratch.resolve("livepatch"), processes(capabilities), Duration.ofSeconds(1));
    }

    private Path patch(String enabled, String transition) throws IOException {
        Path patch = scratch.resolve("livepatch/fix");
        Files.createDirectories(patch.resolve("vmlinux/cmdline_proc_show,1"));
        Files.writeString(patch.resolve("enabled"), enabled + "\n");
        Files.writeString(patch.resolve("transition"), transition + "\n");
        return patch;
    }

    @Test
    void listReadsTheStateOfEachPatch() throws IOException {
        assertThat(host("0").list()).isEmpty();
        patch("1", "0");
        assertThat(host("0").list())
                .containsExactly(
                        new LoadedPatch(
                                "fix", true, false, List.of("vmlinux/cmdline_proc_show,1")));
    }

    @Test
    void everythingInTheWayIsSaidAtOnce() throws IOException {
        Outcome outcome = host("0").load(module("6.1.0-2-amd64"));
        assertThat(outcome.findings().stream().map(Finding::rule))
                .containsExactly("no-livepatch", "not-root");
        patch("1", "0");
        assertThat(host("0").load(module("6.1.0-2-amd64")).findings().stream().map(Finding::rule))
                .containsExactly("not-root", "other-kernel", "loaded-already");
    }

    @Test
    void revertWritesAndWaits() throws IOException {
        Path patch = patch("1", "0");
        assertThat(host("10000").revert("fix").findings()).isEmpty();
        assertThat(Files.readString(patch.resolve("enabled"))).isEqualTo("0\n");
        assertThat(host("10000").revert("other").findings().stream().map(Finding::rule))
                .containsExactly("no-such-patch");
    }

    @Test
    void stuckTransitionNamesTheTask() throws IOException {
        patch("1", "1");
        Path thread = scratch.resolve("proc/7/task/7");
        Files.createDirectories(thread);
        Files.writeString(thread.resolve("patch_state"), "1\n");
        Files.writeString(thread.resolve("comm"), "sleeper\n");
        Files.writeString(thread.resolve("stack"), "[<0>] msleep+0x1/0x2\n");
        Outcome outcome = host("10000").revert("fix");
        assertThat(outcome.findings()).hasSize(1);
        assertThat(outcome.findings().getFirst().message())
                .contains("7 sleeper at [msleep+0x1/0x2]");
    }

    @Test
    void patchInForceIsNotUnloaded() throws IOException {
        patch("1", "0");
        assertThat(host("10000").unload("fix").findings().stream().map(Finding::rule))
                .containsExactly("in-force");
    }

    /** The real system calls: what comes back is the kernel's own answer. */
    @Test
    void kernelAnswersWithItsOwnErrorNumber() throws IOException {
        Path empty = Files.createFile(scratch.resolve("empty.ko"));
        ModuleCalls calls = ModuleCalls.here();
        assertThat(calls.load(scratch.resolve("missing.ko"))).isEqualTo(2);
        // Not permitted, no module, or a kernel without modules.
        assertThat(calls.load(empty)).isIn(1, 8, 22, 38);
        assertThat(calls.unload("suture_has_no_such_module")).isIn(1, 2, 38);
    }

    @Test
    void kindIsReadFromTheFile() throws IOException {
        assertThat(PayloadKind.of(module("1"))).isEqualTo(PayloadKind.KERNEL);
        String xen = "static int f[16] __attribute__((section(\".livepatch.funcs\"), used));";
        assertThat(PayloadKind.of(Tool.compile(scratch, "gcc-12", xen, "x.livepatch")))
                .isEqualTo(PayloadKind.XEN);
        assertThat(PayloadKind.of(Tool.compile(scratch, "gcc-12", "int x;", "p.o")))
                .isEqualTo(PayloadKind.PROCESS);
        Path text =
                Files.writeString(scratch.resolve("text"), "no ELF file at all, just text here");
        assertThatThrownBy(() -> PayloadKind.of(text)).isInstanceOf(FormatException.class);
    }
}
