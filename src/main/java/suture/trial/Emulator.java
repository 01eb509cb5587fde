package suture.trial;

import suture.exec.Command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The machine of a trial.
 *
 * @param acceleration how its processor is made
 * @param cpus number of processors; with more than one the guest's clock is the host's, and a
 *     transition takes seconds instead of milliseconds
 * @param memory mebibytes of memory
 */
public record Emulator(Acceleration acceleration, int cpus, int memory) {
    private static final String PROGRAM = "qemu-system-x86_64";

    /** How the guest's processor is made. */
    public enum Acceleration {
        /**
         * By translation: works everywhere. The guest's clock counts its instructions (8 ns each)
         * and leaps over idle time, so that a busy host neither looks like a stall to the guest nor
         * changes what it measures, and a guest that waits costs nothing. Not with several
         * processors: QEMU 7.2 takes them in turns, and the guest does not get through its boot.
         */
        TCG("max", "shift=3,sleep=off"),
        /** By the host's processor; where virtualisation is nested this may hang. */
        KVM("host", "");

        private final String processor;
        private final String clock;

        Acceleration(String processor, String clock) {
            this.processor = processor;
            this.clock = clock;
        }
    }

    /** One translated processor and half a gibibyte. */
    public static final Emulator DEFAULT = new Emulator(Acceleration.TCG, 1, 512);

    /**
     * The kernel's arguments: its console on the first port; an oops ends the machine at once, with
     * the whole trace on the console, instead of leaving a guest behind that holds locks.
     */
    private static final String ARGUMENTS = "console=ttyS0 quiet panic=-1 oops=panic audit=0";

    /**
     * The program, which ends with the guest; {@code timeout} ends it should this JVM be killed.
     */
    Command command(Path kernel, Path initramfs, Path console, Path control, Duration limit) {
        return Command.of(
                        "timeout",
                        "--foreground",
                        "-s",
                        "KILL",
                        limit.plusSeconds(5).toSeconds() + "s")
                .and(List.of(PROGRAM, "-M", "q35", "-nodefaults", "-display", "none"))
                .and(List.of("-monitor", "none", "-no-reboot"))
                .and(List.of("-accel", acceleration.name().toLowerCase(Locale.ROOT)))
                .and(
                        acceleration.clock.isEmpty() || cpus > 1
                                ? List.of()
                                : List.of("-icount", acceleration.clock))
                .and(List.of("-rtc", "base=2026-01-01,clock=vm"))
                .and(List.of("-cpu", acceleration.processor, "-smp", Integer.toString(cpus)))
                .and(List.of("-m", Integer.toString(memory)))
                .and(List.of("-serial", "file:" + escaped(console)))
                .and(List.of("-serial", "file:" + escaped(control)))
                .and(List.of("-kernel", kernel.toString(), "-initrd", escaped(initramfs)))
                .and(List.of("-append", ARGUMENTS))
                .within(limit.plusSeconds(10));
    }

    static List<String> programs() {
        return List.of(PROGRAM, "timeout");
    }

    /** QEMU's own options separate by commas; two stand for one. */
    private static String escaped(Path file) {
        return file.toString().replace(",", ",,");
    }
}
