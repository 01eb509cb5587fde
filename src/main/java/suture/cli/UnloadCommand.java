package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code suture unload}: removes a payload that is not in force. */
@Command(
        name = "unload",
        mixinStandardHelpOptions = true,
        description = "Removes a payload that was reverted.")
final class UnloadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "the payload's name, as suture list shows it")
    private String name = "";

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        return Hosts.report("unload", Hosts.kernel().unload(name), json);
    }
}
