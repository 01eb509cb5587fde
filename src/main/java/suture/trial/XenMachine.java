package suture.trial;

import suture.exec.Command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The machine of a trial of Xen. One processor: a hypervisor with several must bring all of them to
 * a halt within 30 milliseconds, which a translated machine on a busy host does not. No SMAP: a PV
 * guest dies in {@code create_bounce_frame} with it under QEMU 7.2.
 */
final class XenMachine {
    private static final int MEBIBYTE = 1 << 20;

    /** What the guest needs besides the payloads, in MiB, and Xen besides the guest. */
    private static final long GUEST = 64;

    private static final long HYPERVISOR = 192;

    /** What a Debian kernel needs besides its files. */
    private static final long DEBIAN = 512;

    private XenMachine() {}

    /** The program, which ends with the guest. */
    static Command command(
            Path hypervisor, List<Path> modules, long payloads, Path console, Duration limit) {
        // The script lies in the guest's memory, and Xen copies each payload out of it.
        long guest = GUEST + 2 * (payloads / MEBIBYTE + 1);
        return start(
                hypervisor,
                modules.stream().map(Path::toString).toList(),
                new Size(guest, guest + HYPERVISOR),
                console,
                limit);
    }

    /**
     * The same for a Debian control domain, which has a port of its own to speak of its steps. Its
     * files are in memory twice while they are unpacked, and may take half of it after that.
     *
     * @param files the size of its first file system
     */
    static Command command(
            Path hypervisor,
            List<String> modules,
            long files,
            Path console,
            Path control,
            Duration limit) {
        long guest = DEBIAN + 4 * (files / MEBIBYTE);
        return start(hypervisor, modules, new Size(guest, guest + DEBIAN), console, limit)
                .and(List.of("-serial", "file:" + escaped(control)));
    }

    /** Mebibytes of the control domain and of the whole. */
    private record Size(long guest, long machine) {}

    private static Command start(
            Path hypervisor, List<String> modules, Size size, Path console, Duration limit) {
        String arguments =
                "console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all dom0_max_vcpus=1"
                        + " dom0_mem="
                        + size.guest()
                        + "M";
        return Command.of("timeout", "--foreground", "-s", "KILL")
                .and(List.of(limit.plusSeconds(5).toSeconds() + "s", "qemu-system-x86_64"))
                .and(List.of("-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot"))
                .and(List.of("-accel", "tcg", "-cpu", "max,-smap", "-smp", "1"))
                .and(List.of("-m", Long.toString(size.machine())))
                .and(List.of("-serial", "file:" + escaped(console)))
                .and(List.of("-kernel", hypervisor.toString(), "-append", arguments))
                .and(List.of("-initrd", String.join(",", modules)))
                .within(limit.plusSeconds(10));
    }

    private static String escaped(Path file) {
        return file.toString().replace(",", ",,");
    }
}
