package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.elf.ElfReader;
import suture.report.InspectReport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture inspect}: what is in a payload or an object. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Prints what is in a payload or an object.")
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "a payload, a module or an object")
    private @Nullable Path file;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        InspectReport report = new InspectReport(ElfReader.read(Objects.requireNonNull(file)));
        System.out.println(json ? report.json() : report.text());
        return ExitStatus.DONE.code();
    }
}
