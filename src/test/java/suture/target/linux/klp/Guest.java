package suture.target.linux.klp;

import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The distribution's kernel in the emulator with nothing but a script: no code of ours judges. */
public final class Guest {
    private static final String INIT =
            """
            #!/bin/busybox sh
            export PATH=/bin
            /bin/busybox mkdir -p /proc /sys /dev
            /bin/busybox --install -s /bin
            mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
            settle() {
                for i in $(seq 600); do
                    grep -q 1 /sys/kernel/livepatch/*/transition || break; usleep 100000
                done
            }
            gone() {
                for i in $(seq 600); do
                    [ -e /sys/kernel/livepatch/$1 ] || break; usleep 100000
                done
            }
            """;

    private Guest() {}

    /**
     * Runs a script as the first process of the kernel.
     *
     * @param files what lies in the root folder
     * @return the console: what the script printed
     */
    public static String run(Path work, List<Path> files, String script) throws IOException {
        Path root = Files.createTempDirectory(work, "root");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (Path file : files) {
            Files.copy(file, root.resolve(file.getFileName()));
        }
        Path init = Files.writeString(root.resolve("init"), INIT + script + "poweroff -f\n");
        if (!init.toFile().setExecutable(true)) {
            throw new IOException(init + " cannot be made executable");
        }
        Path initrd = work.resolve("initrd");
        Tool.run(root, "sh", "-c", "find . | cpio -o -H newc --quiet > " + initrd);
        String[] command = {
            "sh",
            "-c",
            "timeout 240 \"$@\" || echo \"the emulator ended with $?\"",
            "guest",
            "qemu-system-x86_64",
            "-M",
            "q35",
            "-accel",
            "tcg",
            "-cpu",
            "max",
            "-m",
            "512",
            "-nographic",
            "-no-reboot",
            "-nodefaults",
            "-serial",
            "stdio",
            "-kernel",
            KernelBuild.boot().toString(),
            "-initrd",
            initrd.toString(),
            "-append",
            "console=ttyS0 panic=-1 quiet loglevel=1"
        };
        return Tool.run(work, command);
    }
}
