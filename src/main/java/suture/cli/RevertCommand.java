package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code suture revert}: takes a payload out of force. */
@Command(
        name = "revert",
        mixinStandardHelpOptions = true,
        description = "Takes a payload out of force and waits until nothing runs in it.")
final class RevertCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "the payload's name, as suture list shows it")
    private String name = "";

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        return Hosts.report("revert", Hosts.kernel().revert(name), json);
    }
}
