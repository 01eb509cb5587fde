package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.exec.Progress;
import suture.finding.Finding;
import suture.report.ConversionReport;
import suture.target.linux.convert.Conversion;
import suture.target.linux.convert.Converter;
import suture.target.linux.convert.InlinedCopies;
import suture.target.linux.module.KernelModule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture convert}: a hand-written livepatch module becomes loadable. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = {
            "Gives a hand-written livepatch module its livepatch relocations: a module that Kbuild",
            "made with unresolved symbols (KBUILD_MODPOST_WARN=1)."
        })
final class ConvertCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODULE", description = "the module as Kbuild made it")
    private @Nullable Path module;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = "the module to write; default: MODULE with .klp.ko at its end")
    private @Nullable Path output;

    @Mixin private ConvertTarget baseline = new ConvertTarget();

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path input = Objects.requireNonNull(module);
        Path out = output == null ? beside(input) : output;
        if (Files.exists(out) && Files.exists(input) && Files.isSameFile(input, out)) {
            throw new FormatException(
                    out.toString(), "", -1, "an output that is not the input", "the input");
        }
        KernelModule read = KernelModule.read(input);
        ElfObject object = ElfReader.read(input.toString(), read.content());
        ConvertTarget.Named target = baseline.read(read.release());
        Conversion bare = Converter.convert(object, target.target());
        Conversion conversion = bare.and(inlining(target, bare));
        Files.deleteIfExists(out);
        Bytes content = conversion.content();
        if (content != null) {
            OutputFile.write(out, content.toArray());
        }
        String digest = content == null ? "" : Digest.sha256(content);
        var report = new ConversionReport(input.toString(), target.said(), conversion);
        System.out.println(
                json
                        ? report.json(out.toString(), digest)
                        : report.text(
                                out.toString(), content == null ? 0 : content.size(), digest));
        return ExitStatus.of(conversion.outcome()).code();
    }

    /** A stock kernel's units can be compiled again; of other kernels nothing is known. */
    private static List<Finding> inlining(ConvertTarget.Named target, Conversion conversion)
            throws IOException {
        String release = target.release();
        if (release.isEmpty()) {
            String why = "that needs the kernel's source and configuration (--release)";
            return conversion.functions().stream()
                    .map(f -> InlinedCopies.unchecked(f, why))
                    .toList();
        }
        Progress progress = ProgressLine.onTerminal();
        return new InliningCheck(StockKernels.baseline(release, null, progress), progress)
                .run(conversion.functions());
    }

    private static Path beside(Path input) {
        String name = input.getFileName().toString();
        int suffix = name.indexOf(".ko");
        return input.resolveSibling((suffix < 0 ? name : name.substring(0, suffix)) + ".klp.ko");
    }
}
