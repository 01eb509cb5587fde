package suture.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.target.linux.image.KernelPackages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * From a source patch to the behaviour of a stock kernel, by the commands alone. The patches are
 * made here, out of the kernel's source in the cache and one edit each.
 */
@Tag("emulator")
class StockKernelBuildTest {
    private static final String RELEASE = "6.1.0-56-cloud-amd64";
    private static final String CMDLINE = "fs/proc/cmdline.c";
    private static final String SHOWN = "seq_puts(m, saved_command_line);";

    @TempDir static Path work;
    private static Path source;
    private static int patches;

    @BeforeAll
    static void source() throws IOException {
        source = StockKernels.obtain(RELEASE).source();
    }

    private record Run(int status, String out) {}

    private static Run run(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, UTF_8));
        try {
            return new Run(Main.run(arguments), out.toString(UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    /** A patch that replaces the only occurrence of a text, without a line of context. */
    private static Path patch(String file, String text, String by) throws IOException {
        List<String> lines = Files.readAllLines(source.resolve(file), ISO_8859_1);
        int found = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                assertThat(found).as("%s occurs once in %s", text, file).isNegative();
                found = i;
            }
        }
        assertThat(found).as("%s occurs in %s", text, file).isNotNegative();
        String after = lines.get(found).replace(text, by);
        StringBuilder patch = new StringBuilder("--- a/" + file + "\n+++ b/" + file + "\n");
        patch.append("@@ -%d,1 +%d,%d @@\n".formatted(found + 1, found + 1, count(after)));
        patch.append('-').append(lines.get(found)).append('\n');
        after.lines().forEach(line -> patch.append('+').append(line).append('\n'));
        Path to = work.resolve("p" + ++patches + ".patch");
        return Files.writeString(to, patch, ISO_8859_1);
    }

    private static long count(String text) {
        return text.lines().count();
    }

    private static Run build(Path output, Path... patches) {
        return build(RELEASE, output, patches);
    }

    private static Run build(String release, Path output, Path... patches) {
        String[] command = {"build", "linux", "--release", release, "-o", output.toString()};
        return run(
                Stream.concat(Arrays.stream(command), Arrays.stream(patches).map(Path::toString))
                        .toArray(String[]::new));
    }

    private static String trial(Path payload, String script, String... more) throws IOException {
        Run verified = run("verify", payload.toString());
        assertThat(verified.status()).as(verified.out()).isZero();
        Path exercise = Files.writeString(work.resolve("exercise.sh"), "#!/bin/sh\n" + script);
        String[] command = {"trial", payload.toString(), "--exercise", exercise.toString()};
        Run run =
                run(
                        Stream.concat(Arrays.stream(command), Arrays.stream(more))
                                .toArray(String[]::new));
        assertThat(run.status()).as(run.out()).isZero();
        return run.out();
    }

    @Test
    void newFunctionsAndStateComeAlongAndOldStateStays() throws IOException {
        Path patch =
                patch(
                        CMDLINE,
                        "static int cmdline_proc_show(struct seq_file *m, void *v)",
                        """
                        static unsigned long suture_reads = 40;
                        static noinline void suture_count(struct seq_file *m)
                        {
                        	static const char *const words[] = { "even", "odd" };

                        	pr_info_once("counting\\n");
                        	WARN_ON_ONCE(!m);
                        	suture_reads++;
                        	seq_printf(m, "%lu %s ", suture_reads, words[suture_reads & 1]);
                        }

                        static int cmdline_proc_show(struct seq_file *m, void *v)\
                        """);
        Path call = patch(CMDLINE, SHOWN, "suture_count(m);\n\t" + SHOWN);
        Path both = joined(patch, call);
        Path payload = work.resolve("count.ko");
        Run built = build(payload, both);
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.out()).contains("new       suture_count", "vmlinux: cmdline_proc_show");
        String out = trial(payload, "cat /proc/cmdline; cat /proc/cmdline\n");
        assertThat(out).contains("41 odd console", "42 even console");
    }

    @Test
    void severalUnitsAndPatchesAreOnePayload() throws IOException {
        Path payload = work.resolve("two.ko");
        Run built =
                build(
                        payload,
                        patch(CMDLINE, SHOWN, SHOWN + "\n\tseq_puts(m, \" one\");"),
                        patch(
                                "fs/proc/version.c",
                                "seq_printf(m, linux_proc_banner,",
                                "seq_puts(m, \"two \");\n\tseq_printf(m, linux_proc_banner,"));
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.out())
                .contains("vmlinux: cmdline_proc_show", "vmlinux: version_proc_show");
        String out = trial(payload, "cat /proc/cmdline; cut -c1-9 /proc/version\n");
        assertThat(out).contains(" one", "two Linux");
    }

    @Test
    void aModuleIsPatchedInEitherOrder() throws IOException {
        Path payload = work.resolve("dummy_mtu.ko");
        Run built =
                build(
                        payload,
                        patch(
                                "drivers/net/dummy.c",
                                "dev->flags |= IFF_NOARP;",
                                "dev->flags |= IFF_NOARP;\n\tdev->mtu = 4242;"));
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.out()).contains("dummy: dummy_setup");
        for (String order : List.of("module-first", "patch-first")) {
            String out =
                    trial(
                            payload,
                            "[ $1 = before ] && exit 0\n"
                                    + "ip link add name d type dummy && cat /sys/class/net/d/mtu;"
                                    + " ip link del dev d\n",
                            "--modules",
                            "dummy",
                            "--order",
                            order);
            assertThat(out).as(order).contains("4242");
        }
    }

    /**
     * A static of one file that the patch lets others see, of the kernel or of a module, is the one
     * that runs; what one file adds, another one can use.
     */
    @Test
    void unitsOfAPatchUseWhatIsInOthers() throws IOException {
        Path payload = work.resolve("across.ko");
        String show = "static int cmdline_proc_show(struct seq_file *m, void *v)";
        String setup = "static void dummy_setup(struct net_device *dev)";
        String flags = "dev->flags |= IFF_NOARP;";
        Path pipe =
                patch("fs/pipe.c", "static unsigned int pipe_max_size", "unsigned pipe_max_size");
        Path meminfo =
                patch(
                        "fs/proc/meminfo.c",
                        "static void show_val_kb(",
                        "long suture_added = 21;\nvoid show_val_kb(");
        Path cmdline =
                joined(
                        patch(
                                CMDLINE,
                                show,
                                """
                                extern long suture_added;
                                extern unsigned pipe_max_size;
                                void show_val_kb(struct seq_file *, const char *, unsigned long);
                                """
                                        + show),
                        patch(
                                CMDLINE,
                                SHOWN,
                                """
                                show_val_kb(m, "pages ", suture_added);
                                	seq_printf(m, "most %u\\n", pipe_max_size);\
                                """));
        Path dummy =
                joined(
                        patch(
                                "drivers/net/dummy.c",
                                setup,
                                "extern unsigned pipe_max_size;\n" + setup),
                        patch("drivers/net/dummy.c", flags, flags + " dev->mtu = pipe_max_size;"));
        Run built = build(payload, pipe, meminfo, cmdline, dummy);
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.out())
                .contains("vmlinux: cmdline_proc_show", "dummy: dummy_setup")
                .doesNotContain("vmlinux: show_val_kb");
        String out =
                trial(
                        payload,
                        """
                        echo 8192 > /proc/sys/fs/pipe-max-size
                        cat /proc/cmdline
                        [ $1 = during ] && ip link add name d type dummy \\
                            && cat /sys/class/net/d/mtu && ip link del dev d
                        exit 0
                        """,
                        "--modules",
                        "dummy",
                        "--order",
                        "patch-first");
        assertThat(out).contains("pages       84 kB", "most 8192", "8192\n");
    }

    /** Two patches that were made for one original file, as one. */
    private static Path joined(Path first, Path second) throws IOException {
        List<String> more = Files.readAllLines(second);
        Files.write(first, more.subList(2, more.size()), StandardOpenOption.APPEND);
        return first;
    }

    /** The flavour for all machines has one source in two modules. */
    @Test
    void aSourceOfTwoModulesIsPatchedInEach() throws IOException {
        Path payload = work.resolve("shared.ko");
        String line = "mbox->mbox_req.recv_len = 1;";
        Path patch =
                patch(
                        "drivers/net/ethernet/cavium/liquidio/octeon_mailbox.c",
                        line,
                        line + "\n\tpr_info(\"read\\n\");");
        Run built = build("6.1.0-56-amd64", payload, patch);
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.out())
                .contains("  liquidio: octeon_mbox_read", "  liquidio_vf: octeon_mbox_read");
        Run verified = run("verify", payload.toString());
        assertThat(verified.status()).as(verified.out()).isZero();
    }

    /** A running value that no replaced function sets: {@code /proc} shows it. */
    @Test
    void aHookSetsWhatHasAnotherInitialValue() throws IOException {
        String declared = "unsigned int sysctl_nr_open __read_mostly = 1024*1024;";
        String changed = declared.replace("1024*1024", "2048*1024");
        Path payload = work.resolve("nr_open.ko");
        Run refused = build(payload, patch("fs/file.c", declared, changed));
        assertThat(refused.status()).as(refused.out()).isEqualTo(3);
        assertThat(refused.out()).contains("[changed-data", "SUTURE_KEEP");
        String hooks =
                """
                #include <suture/linux_hooks.h>
                SUTURE_KEEP(sysctl_nr_open);
                static int suture_set(struct klp_object *object)
                {
                	sysctl_nr_open *= 2;
                	return 0;
                }
                SUTURE_LINUX_PRE_PATCH(suture_set);
                static void suture_reset(struct klp_object *object)
                {
                	sysctl_nr_open /= 2;
                }
                SUTURE_LINUX_POST_UNPATCH(suture_reset);
                """;
        Run built = build(payload, patch("fs/file.c", declared, changed + "\n" + hooks));
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.out()).contains("pre_patch of vmlinux", "post_unpatch of vmlinux");
        String out = trial(payload, "echo $1 $(cat /proc/sys/fs/nr_open)\n");
        assertThat(out).contains("before 1048576", "during 2097152", "after 1048576");
    }

    /** What an object that runs has no member for; it is gone with the patch. */
    @Test
    void aShadowVariableBelongsToARunningObject() throws IOException {
        Path payload = work.resolve("shadow.ko");
        Run built =
                build(
                        payload,
                        patch(
                                CMDLINE,
                                SHOWN,
                                """
                                int *reads = klp_shadow_get_or_alloc(saved_command_line, 0x5072,
                                		sizeof(*reads), GFP_KERNEL, NULL, NULL);
                                if (reads)
                                	seq_printf(m, "read %d times ", ++*reads);
                                """
                                        + SHOWN),
                        patch(
                                CMDLINE,
                                "static int cmdline_proc_show(struct seq_file *m, void *v)",
                                """
                                #include <linux/livepatch.h>
                                #include <suture/linux_hooks.h>
                                static void suture_forget(struct klp_object *object)
                                {
                                	klp_shadow_free_all(0x5072, NULL);
                                }
                                SUTURE_LINUX_POST_UNPATCH(suture_forget);
                                static int cmdline_proc_show(struct seq_file *m, void *v)
                                """));
        assertThat(built.status()).as(built.out()).isZero();
        String out = trial(payload, "cat /proc/cmdline; cat /proc/cmdline\n");
        assertThat(out).contains("read 1 times", "read 2 times");
    }

    /** In the words of kpatch, for a module: its own state is read, in either order. */
    @Test
    void aHookOfAModuleIsCalledWhenItIsThere() throws IOException {
        Path payload = work.resolve("told.ko");
        Run built =
                build(
                        payload,
                        patch(
                                "drivers/net/dummy.c",
                                "static int numdummies = 1;",
                                """
                                static int numdummies = 1;
                                #include "kpatch-macros.h"
                                extern int panic_timeout;
                                static void told(struct klp_object *object)
                                {
                                	panic_timeout = 41 + numdummies;
                                }
                                KPATCH_POST_PATCH_CALLBACK(told)
                                static void untold(struct klp_object *object)
                                {
                                	panic_timeout = 0;
                                }
                                KPATCH_PRE_UNPATCH_CALLBACK(untold)
                                """));
        assertThat(built.status()).as(built.out()).isZero();
        for (String order : List.of("module-first", "patch-first")) {
            String out =
                    trial(
                            payload,
                            "echo $1 $(cat /proc/sys/kernel/panic)\n",
                            "--modules",
                            "dummy",
                            "--order",
                            order);
            assertThat(out).as(order).contains("during 42").contains("after 0");
        }
    }

    @Test
    void whatALivePatchCannotDoIsRefusedAndLeavesNoPayload() throws IOException {
        Path payload = work.resolve("refused.ko");
        Files.writeString(payload, "an older payload");
        Run init = build(payload, patch(CMDLINE, "\"cmdline\", 0,", "\"cmdline2\", 0,"));
        assertThat(init.status()).isEqualTo(3);
        assertThat(init.out()).contains("changed-init-section");
        assertThat(payload).doesNotExist();
        Run line = build(payload, patch(CMDLINE, SHOWN, "/* a comment */\n\t" + SHOWN));
        assertThat(line.status()).as(line.out()).isEqualTo(4);
        // fs/proc/meminfo.c has a weak one, arch/x86 another one in its place.
        String show = "static int cmdline_proc_show(struct seq_file *m, void *v)";
        String second = "void arch_report_meminfo(struct seq_file *m) { seq_puts(m, \"x\"); }\n";
        Run twice = build(payload, patch(CMDLINE, show, second + show));
        assertThat(twice.status()).isEqualTo(3);
        assertThat(twice.out()).contains("second-definition");
        Path wrong = work.resolve("wrong.patch");
        Files.writeString(
                wrong,
                "--- a/" + CMDLINE + "\n+++ b/" + CMDLINE + "\n@@ -3,1 +3,1 @@\n-no\n+yes\n");
        assertThat(build(payload, wrong).status()).isEqualTo(3);
    }

    @Test
    void whatTheTrialItselfReadsCanBePatched() throws IOException {
        Path payload = work.resolve("uptime.ko");
        Run built = build(payload, patch("fs/proc/uptime.c", "\"%lu.%02lu", "\"up %lu.%02lu idle"));
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(trial(payload, "cat /proc/uptime\n")).containsPattern("up \\d+\\.\\d+ idle");
    }

    @Test
    void objectsThatSomebodyCompiledAreEnough() throws IOException {
        String object = "fs/proc/cmdline.o";
        Path tree = KernelPackages.build(RELEASE, "6.1.192-2", List.of(object));
        Path own = KernelPackages.source("6.1.192-2").resolve(CMDLINE);
        Path changed = work.resolve("cmdline.c");
        Files.writeString(
                changed,
                Files.readString(own).replace(SHOWN, SHOWN + "seq_puts(m, \" objects\");"));
        Path before = Files.createDirectories(work.resolve("before/fs/proc"));
        Path after = Files.createDirectories(work.resolve("after/fs/proc"));
        Files.copy(tree.resolve(object), before.resolve("cmdline.o"));
        KernelPackages.again(
                tree,
                object,
                after.resolve("cmdline.o"),
                c -> c.replace(own.toString(), changed.toString()));
        Path payload = work.resolve("objects.ko");
        Run built = objects(payload);
        assertThat(built.status()).as(built.out()).isZero();
        assertThat(built.out()).contains("vmlinux: cmdline_proc_show");
        assertThat(trial(payload, "cat /proc/cmdline\n")).contains(" objects");

        Files.copy(after.resolve("cmdline.o"), after.resolve("other.o"));
        assertThat(objects(payload).out()).contains("object-without-counterpart");
        Files.copy(before.resolve("cmdline.o"), before.resolve("other.o"));
        assertThat(objects(payload).out()).contains("not-in-this-kernel");
        Files.writeString(work.resolve("before/vmlinux.o"), "one");
        Files.writeString(work.resolve("after/vmlinux.o"), "another");
        assertThat(objects(payload).out()).doesNotContain("parts-not-given");
        Files.copy(
                before.resolve("cmdline.o"),
                after.resolve("cmdline.o"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(objects(payload).out()).contains("parts-not-given");
        assertThat(payload).doesNotExist();
        assertThat(build(payload).status()).isEqualTo(2);
    }

    private static Run objects(Path output) {
        return run(
                "build",
                "linux",
                "--release",
                RELEASE,
                "--objects",
                work.resolve("before").toString(),
                work.resolve("after").toString(),
                "-o",
                output.toString());
    }

    @Test
    void theSameInputGivesTheSameBytes() throws IOException {
        Path patch = patch(CMDLINE, SHOWN, SHOWN + "\n\tseq_puts(m, \" same\");");
        Path first = Files.createDirectories(work.resolve("a")).resolve("same.ko");
        Path second = Files.createDirectories(work.resolve("b")).resolve("same.ko");
        assertThat(build(first, patch).status()).isZero();
        assertThat(build(second, patch).status()).isZero();
        assertThat(first).hasSameBinaryContentAs(second);
    }
}
