package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import suture.host.process.ProcessHost;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code suture revert}. */
@Command(
        name = "revert",
        mixinStandardHelpOptions = true,
        description = "Takes a payload out of force and waits until nothing runs in it.")
final class RevertCommand implements Callable<Integer> {
    @Mixin private WhereOptions where = new WhereOptions();

    @Parameters(
            paramLabel = "PATCH",
            description = "its name as suture list shows it; of a process also its SHA-256's start")
    private String patch = "";

    @Override
    public Integer call() throws IOException {
        Integer pid = where.pid();
        return pid == null
                ? where.onKernel("revert", Hosts.holding(patch).revert(patch))
                : where.onProcess(
                        "revert", patch, () -> ProcessHost.revert(pid, patch, where.timeout()));
    }
}
