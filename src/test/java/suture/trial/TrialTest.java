package suture.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.exec.Progress;
import suture.finding.Finding;
import suture.target.linux.module.KernelModule;
import suture.trial.TrialReport.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hand-made live patches on a stock kernel in the emulator: good ones, bad ones, broken ones. */
@Tag("emulator")
class TrialTest {
    @TempDir Path scratch;

    /** A live patch of one function; the fields are: object, function, position, init, body. */
    private static final String PATCH =
            """
            #include <linux/module.h>
            #include <linux/kernel.h>
            #include <linux/livepatch.h>
            #include <linux/seq_file.h>
            #include <linux/netdevice.h>
            #include <linux/delay.h>
            %5$s
            static struct klp_func funcs[] = {
                { .old_name = "%2$s", .new_func = replacement, .old_sympos = %3$s }, { }
            };
            static struct klp_object objs[] = { { .name = %1$s, .funcs = funcs }, { } };
            static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };
            static int __init start(void) { %4$s return klp_enable_patch(&patch); }
            static void __exit stop(void) { }
            module_init(start);
            module_exit(stop);
            MODULE_LICENSE("GPL");
            MODULE_INFO(livepatch, "Y");
            """;

    private static final String CMDLINE =
            "static int replacement(struct seq_file *m, void *v)"
                    + " { seq_puts(m, \"patched\\n\"); return 0; }";

    private KernelModule cmdline(String name, String function, String position, String init)
            throws IOException {
        return KernelHeaders.module(
                scratch, name, PATCH.formatted("NULL", function, position, init, CMDLINE));
    }

    private TrialReport run(TrialPlan plan) throws IOException {
        Path work = Files.createTempDirectory(scratch, "trial");
        return Trial.run(plan, work, Progress.SILENT);
    }

    private Path exercise(String text) throws IOException {
        return Files.writeString(scratch.resolve("exercise"), text);
    }

    private static List<String> rules(TrialReport report) {
        return report.findings().stream().map(Finding::rule).toList();
    }

    private static Step step(TrialReport report, String title) {
        return report.steps().stream()
                .filter(step -> step.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError(title + " in " + report.steps()));
    }

    @Test
    void goodPatchLoadsWorksAndGoes() throws IOException {
        KernelModule good = cmdline("good", "cmdline_proc_show", "0", "");
        TrialReport report =
                run(
                        TrialPlan.of(KernelHeaders.image(), List.of(good))
                                .exercisedBy(exercise("#!/bin/sh\ncat /proc/cmdline\n")));
        assertThat(report.findings()).isEmpty();
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.release()).isEqualTo(KernelHeaders.RELEASE);
        assertThat(report.steps().stream().map(Step::title))
                .containsExactly(
                        "boot",
                        "exercise before",
                        "load good",
                        "transition good",
                        "exercise during",
                        "revert good",
                        "unload good",
                        "exercise after");
        assertThat(step(report, "exercise during").output()).containsExactly("patched");
        assertThat(step(report, "exercise before").output()).first().asString().contains("console");
        assertThat(step(report, "exercise after").output())
                .isEqualTo(step(report, "exercise before").output());
    }

    @Test
    void severalProcessorsGetThroughToo() throws IOException {
        KernelModule good = cmdline("good", "cmdline_proc_show", "0", "");
        TrialPlan plan = TrialPlan.of(KernelHeaders.image(), List.of(good));
        TrialReport report = run(plan.on(new Emulator(Emulator.Acceleration.TCG, 2, 512)));
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void kernelRefusesAnAmbiguousNameAndAMissingOne() throws IOException {
        BootFiles image = KernelHeaders.image();
        KernelModule twins = cmdline("twins", "c_start", "0", "");
        TrialReport ambiguous =
                run(TrialPlan.of(image, List.of(twins)).expecting(Expectation.REFUSED));
        assertThat(ambiguous.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(ambiguous.refusals()).hasSize(1);
        assertThat(ambiguous.refusals().getFirst().errno()).isEqualTo("EINVAL");
        assertThat(ambiguous.refusals().getFirst().log())
                .containsExactly(
                        "livepatch: unresolvable ambiguity for symbol 'c_start' in object"
                                + " '(null)'");

        KernelModule missing = cmdline("missing", "no_such_function", "0", "");
        TrialReport unexpected = run(TrialPlan.of(image, List.of(missing)));
        assertThat(unexpected.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(rules(unexpected)).containsExactly("refused");
        assertThat(unexpected.findings().getFirst().message())
                .contains("EINVAL", "symbol 'no_such_function' not found in symbol table");
    }

    @Test
    void refusalThatDoesNotComeFails() throws IOException {
        KernelModule good = cmdline("good", "cmdline_proc_show", "0", "");
        TrialReport report =
                run(
                        TrialPlan.of(KernelHeaders.image(), List.of(good))
                                .expecting(Expectation.REFUSED));
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rules(report)).containsExactly("not-refused");
    }

    @Test
    void warningOfTheInitFails() throws IOException {
        KernelModule noisy = cmdline("noisy", "cmdline_proc_show", "0", "WARN_ON(1);");
        TrialReport report = run(TrialPlan.of(KernelHeaders.image(), List.of(noisy)));
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rules(report)).containsExactly("kernel-complaint", "tainted");
        assertThat(report.findings().getFirst().place()).isEqualTo("load noisy");
        assertThat(report.findings().getFirst().message()).contains("WARNING: ", "start");
    }

    @Test
    void oopsEndsTheTrialWithItsTrace() throws IOException {
        KernelModule broken =
                cmdline("broken", "cmdline_proc_show", "0", "*(volatile int *)8 = 1;");
        TrialReport report = run(TrialPlan.of(KernelHeaders.image(), List.of(broken)));
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.ending()).isEqualTo(Ending.PANIC);
        assertThat(rules(report)).containsExactly("panic");
        assertThat(report.findings().getFirst().place()).isEqualTo("load broken");
        assertThat(report.findings().getFirst().message())
                .contains("BUG: kernel NULL pointer dereference");
    }

    @Test
    void modulesAreFoundAndLoadedInEitherOrder() throws IOException {
        String body =
                "static void replacement(struct net_device *d, struct rtnl_link_stats64 *s)"
                        + " { s->rx_packets = 4242; }";
        KernelModule patch =
                KernelHeaders.module(
                        scratch,
                        "stats",
                        PATCH.formatted("\"dummy\"", "dummy_get_stats64", "0", "", body));
        BootFiles image = KernelHeaders.image();
        Path show =
                exercise(
                        "grep -o 'dummy0:.*4242' /proc/net/dev | wc -l; lsmod | grep -c ^dummy;"
                                + " true\n");
        for (LoadOrder order : LoadOrder.values()) {
            TrialReport report =
                    run(
                            TrialPlan.of(image, List.of(patch))
                                    .with(List.of(image.module("dummy")), order)
                                    .exercisedBy(show));
            assertThat(report.findings().stream().filter(Finding::refuses)).isEmpty();
            boolean first = order == LoadOrder.MODULE_FIRST;
            assertThat(step(report, "exercise before").output())
                    .containsExactly("0", first ? "1" : "0");
            assertThat(step(report, "exercise during").output()).containsExactly("1", "1");
        }
    }

    @Test
    void laterPatchStacksAndBothGo() throws IOException {
        KernelModule one = cmdline("one", "cmdline_proc_show", "0", "");
        KernelModule two =
                KernelHeaders.module(
                        scratch,
                        "two",
                        PATCH.formatted("NULL", "cmdline_proc_show", "0", "", CMDLINE)
                                .replace("\"patched", "\"twice")
                                .replace(".objs = objs", ".objs = objs, .replace = true"));
        TrialReport report =
                run(
                        TrialPlan.of(KernelHeaders.image(), List.of(one, two))
                                .exercisedBy(exercise("cat /proc/cmdline\n")));
        assertThat(report.findings()).isEmpty();
        assertThat(step(report, "exercise during").output()).containsExactly("twice");
        assertThat(step(report, "replaced one").status()).isZero();
    }

    @Test
    void stuckTaskIsNamedWithItsStack() throws IOException {
        String body =
                "static int replacement(struct seq_file *m, void *v)"
                        + " { seq_puts(m, \"slow\\n\"); for (;;) ssleep(1000); return 0; }";
        KernelModule sleepy =
                KernelHeaders.module(
                        scratch,
                        "sleepy",
                        PATCH.formatted("NULL", "cmdline_proc_show", "0", "", body));
        Path program = exercise("[ $1 != during ] || { cat /proc/cmdline & sleep 1; }\n");
        Limits limits =
                new Limits(
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(20));
        TrialReport report =
                run(
                        TrialPlan.of(KernelHeaders.image(), List.of(sleepy))
                                .exercisedBy(program)
                                .within(limits));
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rules(report)).contains("transition-stuck");
        Finding stuck =
                report.findings().stream()
                        .filter(f -> f.rule().equals("transition-stuck"))
                        .findFirst()
                        .orElseThrow();
        assertThat(stuck.place()).isEqualTo("revert sleepy");
        assertThat(stuck.message()).contains("cat", "replacement");
    }

    @Test
    void trialThatTakesTooLongSaysWhereItWas() throws IOException {
        KernelModule good = cmdline("good", "cmdline_proc_show", "0", "");
        Limits limits =
                new Limits(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(600));
        TrialReport report =
                run(
                        TrialPlan.of(KernelHeaders.image(), List.of(good))
                                .exercisedBy(exercise("while :; do :; done\n"))
                                .within(limits));
        assertThat(report.ending()).isEqualTo(Ending.DEADLINE);
        assertThat(rules(report)).containsExactly("deadline");
        assertThat(report.findings().getFirst().place()).isEqualTo("exercise before");
    }

    @Test
    void brokenImageIsAFailedToolOrAReset() throws IOException {
        Path directory = scratch.resolve("image");
        Files.createDirectories(directory.resolve("boot"));
        Files.write(directory.resolve("boot/vmlinuz-1"), new byte[4096]);
        TrialPlan plan =
                TrialPlan.of(BootFiles.in(directory), List.of())
                        .within(
                                new Limits(
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(5)));
        assertThat(
                        CompletableFuture.supplyAsync(
                                        () -> {
                                            try {
                                                return run(plan).outcome().name();
                                            } catch (IOException | suture.exec.ToolFailure e) {
                                                return "tool";
                                            }
                                        })
                                .join())
                .isIn("tool", "FAILED");
    }
}
