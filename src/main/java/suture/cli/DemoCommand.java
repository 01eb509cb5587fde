package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** {@code suture demo}: the main job on a bundled example, start to finish. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Shows the main job on a bundled example: builds, loads, reverts a live patch.")
final class DemoCommand implements Callable<Integer> {
    /** What is patched. */
    enum Target {
        process,
        linux,
        xen
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "TARGET",
            defaultValue = "process",
            description =
                    "process: a server that runs here, needs a C compiler (default); linux: a stock"
                        + " Debian kernel in the emulator, needs apt-get, gcc-12 and QEMU; xen: a"
                        + " stock hypervisor in the emulator, needs the same")
    private Target target = Target.process;

    @Override
    public Integer call() throws Exception {
        return switch (target) {
            case process -> new ProcessDemo().run();
            case linux -> new LinuxDemo().run();
            case xen -> new XenDemo().run();
        };
    }
}
