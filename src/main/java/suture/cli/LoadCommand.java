package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import suture.bytes.Bytes;
import suture.host.process.ProcessHost;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code suture load}: puts a payload into what runs here. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description =
                "Loads a payload into the kernel or hypervisor that runs here, or into a process,"
                        + " and waits until it is in force.")
final class LoadCommand implements Callable<Integer> {
    @Mixin private WhereOptions where = new WhereOptions();

    @Parameters(paramLabel = "PAYLOAD", description = "the payload")
    private Path payload = Path.of("");

    @Override
    public Integer call() throws IOException {
        Integer pid = where.pid();
        String name = payload.toString();
        return pid == null
                ? where.onKernel("load", Hosts.of(payload).load(payload))
                : where.onProcess(
                        "load",
                        name,
                        () -> ProcessHost.load(pid, name, Bytes.map(payload), where.timeout()));
    }
}
