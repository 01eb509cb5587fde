package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import suture.bytes.Bytes;
import suture.host.process.ProcessHost;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture load}: puts a payload into what runs here. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Loads a live patch into a running process.")
final class LoadCommand implements Callable<Integer> {
    @Mixin private ProcessOptions process = new ProcessOptions();

    @Parameters(paramLabel = "PAYLOAD", description = "the payload")
    private @Nullable Path payload;

    @Override
    public Integer call() throws IOException {
        Path file = Objects.requireNonNull(payload);
        return process.report(
                ProcessHost.load(
                        process.pid(), file.toString(), Bytes.map(file), process.timeout()),
                "loaded " + file + " into process " + process.pid());
    }
}
