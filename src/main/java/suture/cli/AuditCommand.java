package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.build.process.CompileRule;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.impact.Audit;
import suture.impact.BuildIndex;
import suture.impact.FlagTrial;
import suture.report.AuditReport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture audit}: how patchable a whole build is. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Says how patchable a whole build is, and what stands in the way.")
final class AuditCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BUILD", description = "a folder with compiled objects")
    private @Nullable Path build;

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "where the index is kept; default: in Suture's cache")
    private @Nullable Path index;

    @Option(
            names = "--compile-commands",
            paramLabel = "FILE",
            description = "a compile_commands.json: a sample is compiled with other options")
    private @Nullable Path commands;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "how many units the sample has; default: ${DEFAULT-VALUE}")
    private int sample = 20;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "how many hot spots and breaches are listed; default: ${DEFAULT-VALUE}")
    private int most = 20;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page too")
    private @Nullable Path html;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path directory = Objects.requireNonNull(build);
        Progress progress = ProgressLine.onTerminal();
        BuildIndex.Result result =
                BuildIndex.open(
                        directory,
                        index == null ? IndexPlace.of(directory) : index,
                        JobPool.ofCores(),
                        progress);
        AuditReport report =
                new AuditReport(
                        directory.toString(),
                        Audit.of(result.index()),
                        commands == null ? List.of() : trials(commands, progress),
                        result.findings(),
                        most);
        if (html != null) {
            OutputFile.write(html, report.html().getBytes(StandardCharsets.UTF_8));
        }
        System.out.println((json ? report.json() : report.text()).stripTrailing());
        return ExitStatus.DONE.code();
    }

    private List<FlagTrial.Row> trials(Path file, Progress progress) throws IOException {
        Path scratch = Files.createTempDirectory("suture-audit");
        try {
            return FlagTrial.run(jobs(file), scratch, JobPool.ofCores(), progress);
        } finally {
            Folders.delete(scratch);
        }
    }

    /** Units at even distances, so that every part of the tree has its share. */
    private List<FlagTrial.Job> jobs(Path file) throws IOException {
        List<FlagTrial.Job> all = new ArrayList<>();
        if (CompileRule.database(file) instanceof CompileRule.Database(var entries)) {
            List<CompileRule.Entry> units =
                    entries.stream().filter(e -> e.file().toString().endsWith(".c")).toList();
            int count = Math.min(sample, units.size());
            for (int i = 0; i < count; i++) {
                CompileRule.Entry entry = units.get((int) ((long) i * units.size() / count));
                all.add(new FlagTrial.Job(entry.directory(), entry.words()));
            }
        }
        return all;
    }
}
