package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import suture.host.process.ProcessHost;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code suture unload}. */
@Command(
        name = "unload",
        mixinStandardHelpOptions = true,
        description = "Removes a payload that was reverted.")
final class UnloadCommand implements Callable<Integer> {
    @Mixin private WhereOptions where = new WhereOptions();

    @Parameters(
            paramLabel = "PATCH",
            description = "its name as suture list shows it; of a process also its SHA-256's start")
    private String patch = "";

    @Override
    public Integer call() throws IOException {
        Integer pid = where.pid();
        return pid == null
                ? where.onKernel("unload", Hosts.holding(patch).unload(patch))
                : where.onProcess(
                        "unload", patch, () -> ProcessHost.unload(pid, patch, where.timeout()));
    }
}
