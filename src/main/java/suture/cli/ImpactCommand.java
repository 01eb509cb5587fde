package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfReader;
import suture.exec.JobPool;
import suture.finding.Finding;
import suture.impact.BuildIndex;
import suture.impact.Impact;
import suture.impact.MemoryIndex;
import suture.impact.Roots;
import suture.impact.UnitReader;
import suture.plan.Explanation;
import suture.report.HtmlReport;
import suture.report.ImpactReport;
import suture.report.PairImpactReport;
import suture.report.PairReport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code suture impact}: what must be patched together with some functions, and why. */
@Command(
        name = "impact",
        mixinStandardHelpOptions = true,
        description = "From functions about to change to all that must be patched with them.")
final class ImpactCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

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
                description =
                        "one compiled unit, or what a link with LTO made; with -g, inlined bodies"
                                + " are known")
        private @Nullable Path object;

        @Option(
                names = "--build",
                paramLabel = "DIR",
                description = "a folder with objects, and dumps of -fdump-ipa-clones beside them")
        private @Nullable Path build;
    }

    @Option(
            names = "--ipa-clones",
            paramLabel = "FILE",
            description =
                    "with --object: what -fdump-ipa-clones wrote; default: UNIT.c.000i.ipa-clones"
                            + " beside the object")
    private @Nullable Path dump;

    @Option(
            names = "--patched",
            paramLabel = "FILE.o",
            description =
                    "with --object: the same unit with the change; decides what the original alone"
                            + " cannot")
    private @Nullable Path patched;

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "with --build: where the index is kept; default: in Suture's cache")
    private @Nullable Path index;

    @Option(names = "--list", description = "print only the names of what must be patched")
    private boolean list;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page too")
    private @Nullable Path html;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Where place = Objects.requireNonNull(where);
        return place.object != null
                ? object(place.object)
                : build(Objects.requireNonNull(place.build));
    }

    private int object(Path object) throws IOException {
        if (index != null) {
            throw misuse("--index goes with --build");
        }
        if (patched != null) {
            return pair(object, patched);
        }
        return answer(
                Impact.of(
                        new MemoryIndex(
                                List.of(
                                        UnitReader.read(
                                                object.toString(), object, dumpOf(object)))),
                        names));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    /** The pair decides what travels; the names say where it begins. */
    private int pair(Path object, Path changed) throws IOException {
        ObjectDiff diff =
                Explanation.of(
                        Differ.diff(ElfReader.read(object), ElfReader.read(changed)),
                        new Roots.Named(Set.copyOf(names)),
                        Explanation.Part.NOT_KNOWN);
        page(
                HtmlReport.pairs(
                        title(),
                        diff.outcome(),
                        List.of(
                                new PairReport(
                                        object.toString(),
                                        changed.toString(),
                                        diff,
                                        diff.findings())),
                        diff.findings()));
        PairImpactReport report = new PairImpactReport(object.toString(), names, diff);
        System.out.println(
                (json ? report.json() : list ? report.list() : report.text()).stripTrailing());
        return ExitStatus.of(diff.outcome()).code();
    }

    private int build(Path directory) throws IOException {
        if (dump != null || patched != null) {
            throw misuse("--ipa-clones and --patched go with --object");
        }
        BuildIndex.Result result =
                BuildIndex.open(
                        directory,
                        index == null ? IndexPlace.of(directory) : index,
                        JobPool.ofCores(),
                        ProgressLine.onTerminal());
        Impact impact = Impact.of(result.index(), names);
        List<Finding> findings = new ArrayList<>(impact.findings());
        findings.addAll(result.findings());
        return answer(new Impact(impact.functions(), List.copyOf(findings)));
    }

    private void page(String page) throws IOException {
        if (html != null) {
            OutputFile.write(html, page.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String title() {
        return "suture impact " + String.join(" ", names);
    }

    private int answer(Impact impact) throws IOException {
        page(HtmlReport.impact(title(), impact));
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
