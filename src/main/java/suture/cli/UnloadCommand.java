package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import suture.host.process.ProcessHost;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code suture unload}: gives back the memory of a patch that was reverted. */
@Command(
        name = "unload",
        mixinStandardHelpOptions = true,
        description = "Removes a reverted live patch from the memory of a running process.")
final class UnloadCommand implements Callable<Integer> {
    @Mixin private ProcessOptions process = new ProcessOptions();

    @Parameters(paramLabel = "PATCH", description = "its name, or the start of its SHA-256")
    private String patch = "";

    @Override
    public Integer call() throws IOException {
        return process.report(
                ProcessHost.unload(process.pid(), patch, process.timeout()),
                "unloaded " + patch + " from process " + process.pid());
    }
}
