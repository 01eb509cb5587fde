package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code suture load}: puts a payload into what runs here. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Loads a payload into what runs here and waits until it is in force.")
final class LoadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PAYLOAD", description = "the payload")
    private Path payload = Path.of("");

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        return Hosts.report("load", Hosts.of(payload).load(payload), json);
    }
}
