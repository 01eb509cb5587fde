package suture.target.linux.klp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.finding.Finding;
import suture.plan.PatchPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The kernel itself loads the modules: the only proof of their form. */
@Tag("emulator")
class LoadTest {
    @TempDir static Path work;
    private static KernelBuild kernel;

    @BeforeAll
    static void prepare() throws IOException {
        kernel = new KernelBuild(work, "fs/proc/meminfo.o", "kernel/fork.o", "drivers/net/dummy.o");
    }

    @Test
    void changedFunctionRunsAndGoesAway() throws IOException {
        module(kernel.facts("lp"), meminfo());
        String log =
                boot(
                        """
                        grep -i vmallocchunk /proc/meminfo
                        insmod /lp.ko; echo "insmod $?"
                        settle
                        grep -i vmallocchunk /proc/meminfo
                        echo 0 > /sys/kernel/livepatch/lp/enabled
                        gone lp
                        rmmod lp; echo "rmmod $?"
                        grep -i vmallocchunk /proc/meminfo
                        """);
        assertThat(log)
                .containsSubsequence(
                        "VmallocChunk:", "insmod 0", "VMALLOCCHUNK:", "rmmod 0", "VmallocChunk:");
        assertThat(log).doesNotContain("BUG:", "Oops", "WARNING:");
    }

    @Test
    void anotherBuildOfTheKernelIsRefused() throws IOException {
        ModuleFacts facts = kernel.facts("lp");
        String other = facts.build().replace("192-2", "192-3");
        module(
                new ModuleFacts(
                        "lp",
                        facts.vermagic(),
                        facts.release(),
                        other,
                        facts.buildId(),
                        facts.stacking()),
                meminfo());
        String log = boot("insmod /lp.ko; echo \"insmod $?\"\n");
        assertThat(log)
                .contains("lp: made for Linux 6.1.0-56-cloud-amd64 #1 SMP")
                .contains("Debian 6.1.192-3 (2026-11-16), this is Linux")
                .doesNotContain("insmod 0");
    }

    @Test
    void specialSectionsOfForkAreTaken() throws IOException {
        PatchPlan plan =
                kernel.plan(
                        "vmlinux",
                        "kernel/fork.o",
                        "\tif ((clone_flags & CLONE_NEWUSER) && !unprivileged_userns_clone)",
                        "\tWARN_ON_ONCE(clone_flags == 0x123456789);\n"
                                + "\tpr_info_once(\"suture: a clone\\n\");\n"
                                + "\tif ((clone_flags & CLONE_NEWUSER) &&"
                                + " !unprivileged_userns_clone)");
        module(kernel.facts("lp"), plan);
        String log =
                boot(
                        """
                        insmod /lp.ko; echo "insmod $?"
                        settle
                        for i in 1 2 3 4 5 6 7 8; do true | cat; done
                        echo 0 > /sys/kernel/livepatch/lp/enabled
                        gone lp
                        rmmod lp; echo "rmmod $?"
                        """);
        assertThat(log).contains("insmod 0", "suture: a clone", "rmmod 0");
        assertThat(log).doesNotContain("BUG:", "Oops", "WARNING:");
    }

    @Test
    void moduleIsPatchedWhicheverComesFirst() throws IOException {
        PatchPlan plan =
                kernel.plan(
                        "dummy",
                        "drivers/net/dummy.o",
                        "dev->min_mtu = 0;",
                        "dev->min_mtu = 0;\n\tdev->mtu = 4242;");
        module(kernel.facts("lp"), plan);
        Files.copy(KernelBuild.module("dummy"), work.resolve("dummy.ko"));
        String log =
                boot(
                        """
                        insmod /lp.ko; echo "insmod $?"
                        insmod /dummy.ko
                        settle
                        echo "first $(cat /sys/class/net/dummy0/mtu)"
                        rmmod dummy
                        echo 0 > /sys/kernel/livepatch/lp/enabled
                        gone lp
                        rmmod lp
                        insmod /dummy.ko
                        echo "plain $(cat /sys/class/net/dummy0/mtu)"
                        insmod /lp.ko
                        settle
                        echo "second $(ip link add dummy9 type dummy; cat /sys/class/net/dummy9/mtu)"
                        """);
        assertThat(log).contains("insmod 0", "first 4242", "plain 1500", "second 4242");
        assertThat(log).doesNotContain("BUG:", "Oops", "WARNING:");
    }

    private static PatchPlan meminfo() throws IOException {
        return kernel.plan(
                "vmlinux",
                "fs/proc/meminfo.o",
                "show_val_kb(m, \"VmallocChunk:   \", 0ul)",
                "show_val_kb(m, \"VMALLOCCHUNK:   \", total_swap_pages + 42ul)");
    }

    private static void module(ModuleFacts facts, PatchPlan plan) throws IOException {
        assertThat(plan.findings()).noneMatch(Finding::refuses);
        KlpModule module =
                KlpModuleEmitter.emit(kernel.units(plan), facts, kernel.exports(), kernel::glue);
        assertThat(module.findings()).noneMatch(Finding::refuses);
        Files.write(
                work.resolve(facts.name() + ".ko"),
                Objects.requireNonNull(module.content()).toArray());
    }

    /** Runs a script with the modules in the root folder. */
    private static String boot(String script) throws IOException {
        List<Path> modules = new ArrayList<>();
        for (String module : List.of("lp.ko", "dummy.ko")) {
            if (Files.exists(work.resolve(module))) {
                modules.add(work.resolve(module));
            }
        }
        String log = Guest.run(work, modules, script + "dmesg\n");
        for (Path module : modules) {
            Files.delete(module);
        }
        return log;
    }
}
