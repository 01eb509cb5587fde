package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import suture.host.process.ProcessHost;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code suture revert}: undoes a loaded patch. */
@Command(
        name = "revert",
        mixinStandardHelpOptions = true,
        description = "Undoes a live patch of a running process.")
final class RevertCommand implements Callable<Integer> {
    @Mixin private ProcessOptions process = new ProcessOptions();

    @Parameters(paramLabel = "PATCH", description = "its name, or the start of its SHA-256")
    private String patch = "";

    @Override
    public Integer call() throws IOException {
        return process.report(
                ProcessHost.revert(process.pid(), patch, process.timeout()),
                "reverted " + patch + " of process " + process.pid());
    }
}
