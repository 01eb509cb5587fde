package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.impact.Impact;
import suture.impact.MemoryIndex;
import suture.impact.UnitReader;
import suture.report.ImpactReport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture impact}: what must be patched together with some functions, and why. */
@Command(
        name = "impact",
        mixinStandardHelpOptions = true,
        description = "From functions about to change to all that must be patched with them.")
final class ImpactCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FUNCTION",
            description = "names in the source; FILE:NAME where several files have the name")
    private List<String> names = List.of();

    @ArgGroup(multiplicity = "1")
    private @Nullable Where where;

    private static final class Where {
        @Option(
                names = "--object",
                paramLabel = "FILE.o",
                description = "the compiled unit; with -g, inlined bodies are known")
        private @Nullable Path object;
    }

    @Option(
            names = "--ipa-clones",
            paramLabel = "FILE",
            description =
                    "what -fdump-ipa-clones wrote; default: UNIT.000i.ipa-clones beside the object")
    private @Nullable Path dump;

    @Option(names = "--list", description = "print only the names of what must be patched")
    private boolean list;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path object = Objects.requireNonNull(Objects.requireNonNull(where).object);
        MemoryIndex index =
                new MemoryIndex(
                        List.of(UnitReader.read(object.toString(), object, dumpOf(object))));
        Impact impact = Impact.of(index, names);
        ImpactReport report = new ImpactReport(impact);
        System.out.println(
                (json ? report.json() : list ? report.list() : report.text()).stripTrailing());
        return ExitStatus.of(impact.outcome()).code();
    }

    private @Nullable Path dumpOf(Path object) {
        if (dump != null) {
            return dump;
        }
        Path beside =
                object.resolveSibling(
                        String.valueOf(object.getFileName()).replaceFirst("\\.o$", "")
                                + ".c.000i.ipa-clones");
        return Files.exists(beside) ? beside : null;
    }
}
