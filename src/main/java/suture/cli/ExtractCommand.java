package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.build.CompilerIdentity;
import suture.build.CompilerIdentity.Mismatch;
import suture.build.Owner;
import suture.build.Unit;
import suture.build.linux.DefinitionSearch;
import suture.build.linux.UnitSource;
import suture.build.slice.SlicedUnit;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.finding.Finding;
import suture.report.ExtractionReport;
import suture.target.linux.extract.Extraction;
import suture.target.linux.extract.Extractor;
import suture.target.linux.extract.Facts;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleSymvers;
import suture.target.linux.image.RunningCode;
import suture.target.linux.runpre.Exports;
import suture.target.linux.runpre.RunPre;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code suture extract}: functions of the kernel as the start of a hand-written patch. */
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        description = {
            "Writes one self-contained C file with functions of the kernel, exactly the",
            "declarations they need, and a table of the running things they refer to."
        })
final class ExtractCommand implements Callable<Integer> {
    private static final String MACHINE = "x86_64-linux-gnu";

    @Parameters(arity = "1..*", paramLabel = "FUNCTION", description = "functions of one unit")
    private List<String> functions = List.of();

    @Option(
            names = "--release",
            required = true,
            paramLabel = "RELEASE",
            description = "a stock Debian kernel, as uname -r names it")
    private String release = "";

    @Option(
            names = "--unit",
            paramLabel = "SOURCE",
            description = "the source file that defines them, for instance fs/proc/meminfo.c")
    private @Nullable String source;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "the C file to write")
    private Path output = Path.of("");

    @Option(
            names = "--clang",
            paramLabel = "PROGRAM",
            description = "the front end that parses the unit (clang-16)")
    private String clang = "clang-16";

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Progress progress = ProgressLine.onTerminal();
        KernelBaseline baseline = StockKernels.baseline(release, null, progress);
        Unit unit = unit(baseline, progress);
        Path work = Files.createTempDirectory("suture-extract");
        Extraction extraction;
        try {
            extraction = extract(baseline, unit, work);
        } finally {
            Folders.delete(work);
        }
        Files.deleteIfExists(output);
        String text = extraction.source();
        if (text != null) {
            OutputFile.write(output, text.getBytes(StandardCharsets.ISO_8859_1));
        }
        var report = new ExtractionReport(unit.source(), functions, output.toString(), extraction);
        System.out.println(json ? report.json() : report.text());
        return ExitStatus.of(extraction.outcome()).code();
    }

    private Extraction extract(KernelBaseline baseline, Unit unit, Path work) throws IOException {
        UnitSource files = new UnitSource(baseline.tree(), unit);
        Path text = files.preprocess(List.of("linux/livepatch.h"), work.resolve("unit.i"));
        SlicedUnit sliced = SlicedUnit.parse(clang, MACHINE, unit.command().arguments(), text);
        ElfObject object = ElfReader.read(files.compile(work.resolve("unit.o")));
        KernelImage image = baseline.open();
        Path symvers = baseline.tree().symvers();
        Exports exports = Exports.of(image, symvers.toString(), ModuleSymvers.read(symvers));
        RunningCode running =
                switch (unit.owners().getFirst()) {
                    case Owner.Vmlinux() -> image;
                    case Owner.Module module -> baseline.module(module);
                    case Owner.Elsewhere() ->
                            throw new IllegalStateException("not reachable: " + unit.object());
                };
        return new Extractor(
                        sliced,
                        new Facts(
                                unit.source(),
                                baseline.tree().release(),
                                functions,
                                files.macros(),
                                List.of(baseline.tree().source(), baseline.tree().build())),
                        new RunPre(running).match(object),
                        image,
                        exports,
                        compiler(baseline))
                .extract();
    }

    /** Another compiler is no obstacle in itself: the object must be equal to what runs. */
    private static List<Finding> compiler(KernelBaseline baseline) {
        CompilerIdentity made = baseline.tree().compiler();
        return made.check(CompilerIdentity.local(made.program()), Mismatch.WARN).stream().toList();
    }

    private Unit unit(KernelBaseline baseline, Progress progress) {
        String named = source;
        List<Unit> units;
        if (named != null) {
            units =
                    baseline.tree().units().ofSource(named).stream()
                            .filter(Unit::reachable)
                            .toList();
        } else {
            DefinitionSearch search = new DefinitionSearch(baseline.tree(), JobPool.ofCores());
            units = search.units(functions.getFirst(), progress);
        }
        if (units.size() != 1) {
            String found =
                    units.stream().map(Unit::source).distinct().collect(Collectors.joining(", "));
            throw new FormatException(
                    named == null ? functions.getFirst() : named,
                    "",
                    -1,
                    "one unit of Linux " + release + " that defines the function (--unit SOURCE)",
                    units.isEmpty() ? "none" : found);
        }
        return units.getFirst();
    }
}
