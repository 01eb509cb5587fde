package suture.trial;

import suture.bytes.Bytes;
import suture.exec.Progress;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A trial of payloads for Xen: the hypervisor with a control domain of our own, which takes about a
 * second.
 */
public final class XenTrial {
    private static final int GZIP = 0x1f;

    private XenTrial() {}

    /**
     * Boots, uploads, applies, looks, reverts, applies again, replaces, unloads.
     *
     * @param scratch an empty directory; the console stays there
     * @throws suture.exec.ToolMissing if the emulator or the compiler is not installed
     */
    public static TrialReport run(XenTrialPlan plan, Path scratch, Progress progress)
            throws IOException {
        progress.begin("booting " + plan.hypervisor().getFileName(), 0);
        Run run = replay(plan, plan.steps(), scratch, progress);
        return new XenJudge(plan, run).report();
    }

    /**
     * The same in a Debian control domain with the stock {@code xen-livepatch}, which takes some
     * twenty seconds.
     */
    public static TrialReport run(XenTrialPlan plan, Dom0 dom0, Path scratch, Progress progress)
            throws IOException {
        progress.begin("booting " + plan.hypervisor().getFileName() + " and its Debian dom0", 0);
        Path console = scratch.resolve("console.log");
        Path control = scratch.resolve("control.log");
        Bytes archive = dom0.initramfs(plan.steps(), plan.exercise());
        Path initramfs = Files.write(scratch.resolve("initramfs.cpio"), archive.toArray());
        List<String> modules =
                List.of(dom0.boot().kernel() + " console=hvc0 quiet", initramfs.toString());
        Path hypervisor = plain(plan.hypervisor(), scratch);
        Launch launch =
                new Launch(
                        XenMachine.command(
                                hypervisor,
                                modules,
                                archive.size(),
                                console,
                                control,
                                plan.limit()),
                        console,
                        control,
                        Language.DOM0,
                        plan.limit());
        return new XenJudge(plan, Guest.run(launch, progress)).report();
    }

    /**
     * Does any steps, in order, and says how each ended; nothing is judged.
     *
     * @param plan the hypervisor, the exercise and the limit; its payloads do not matter
     */
    public static List<Step> replay(XenTrialPlan plan, List<XenStep> steps, Path scratch)
            throws IOException {
        return replay(plan, steps, scratch, Progress.SILENT).transcript().steps();
    }

    private static Run replay(
            XenTrialPlan plan, List<XenStep> steps, Path scratch, Progress progress)
            throws IOException {
        Path console = scratch.resolve("console.log");
        Path guest = XenGuest.compile(plan.exercise(), scratch);
        Bytes script = XenScript.of(steps);
        Path module = Files.write(scratch.resolve("script"), script.toArray());
        Launch launch =
                new Launch(
                        XenMachine.command(
                                plain(plan.hypervisor(), scratch),
                                List.of(guest, module),
                                script.size(),
                                console,
                                plan.limit()),
                        console,
                        console,
                        Language.XEN,
                        plan.limit());
        return Guest.run(launch, progress);
    }

    /** QEMU's own loader takes no packed file. */
    static Path plain(Path hypervisor, Path scratch) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(hypervisor))) {
            in.mark(1);
            int first = in.read();
            in.reset();
            if (first != GZIP) {
                return hypervisor;
            }
            Path file = scratch.resolve("hypervisor");
            Files.copy(new GZIPInputStream(in), file);
            return file;
        }
    }
}
