package suture.trial;

import suture.bytes.FormatException;
import suture.exec.Progress;
import suture.target.linux.module.KernelModule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A trial from the plan to the report. */
public final class Trial {
    private Trial() {}

    /**
     * Boots, loads, exercises, reverts, unloads.
     *
     * @param scratch an empty directory; the console and the control lines stay there
     * @param progress hears of each step
     * @throws suture.exec.ToolMissing if the emulator is not installed
     * @throws FormatException if a payload is for another kernel
     */
    public static TrialReport run(TrialPlan plan, Path scratch, Progress progress)
            throws IOException {
        for (KernelModule payload : plan.payloads()) {
            fits(plan, payload);
        }
        progress.begin("booting " + plan.boot().release(), 0);
        Initramfs initramfs = Initramfs.of(plan);
        Path image = Files.write(scratch.resolve("initramfs.cpio"), initramfs.archive().toArray());
        Run run = Guest.run(launch(plan, image, scratch), progress);
        return new Judge(plan, run).report();
    }

    private static Launch launch(TrialPlan plan, Path image, Path scratch) {
        Path console = scratch.resolve("console.log");
        Path control = scratch.resolve("control.log");
        Duration limit = plan.limits().whole();
        return new Launch(
                plan.emulator().command(plan.boot().kernel(), image, console, control, limit),
                console,
                control,
                Language.LINUX,
                limit);
    }

    /** A payload for another release says nothing about this one, unless a refusal is the point. */
    private static void fits(TrialPlan plan, KernelModule payload) {
        String release = payload.release();
        if (plan.expectation() == Expectation.WORKS && !release.equals(plan.boot().release())) {
            throw new FormatException(
                    payload.file().toString(),
                    ".modinfo",
                    -1,
                    "a payload for " + plan.boot().release(),
                    release.isEmpty() ? "no vermagic" : "one for " + release);
        }
    }
}
