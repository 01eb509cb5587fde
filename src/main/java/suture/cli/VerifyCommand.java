package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import suture.build.linux.StockKernel;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.host.PayloadKind;
import suture.report.ProofReport;
import suture.report.XenProofReport;
import suture.target.linux.image.ModuleInfo;
import suture.target.linux.verify.Baseline;
import suture.target.linux.verify.LoaderSimulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture verify}: plays the target's loader offline. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Says whether a kernel would load a livepatch module, or Xen a live patch,",
            "and why not."
        })
final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PAYLOAD", description = "the livepatch module, or Xen live patch")
    private @Nullable Path payload;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "the kernel: vmlinuz or vmlinux; default: the stock kernel of the release that"
                            + " the payload is for; of Xen: xen-syms")
    private @Nullable Path image;

    @Option(
            names = "--modules",
            paramLabel = "DIR",
            description = "a folder with the kernel's modules, or one module; may repeat")
    private List<Path> modules = new ArrayList<>();

    @Option(
            names = "--release-dir",
            paramLabel = "DIR",
            description =
                    "an unpacked kernel package: boot/vmlinuz-RELEASE and lib/modules/RELEASE; /"
                            + " for this machine")
    private @Nullable Path releaseDirectory;

    @Option(
            names = "--image-dir",
            paramLabel = "DIR",
            description = "Xen: the packages of the hypervisor and its symbols, unpacked")
    private @Nullable Path imageDirectory;

    @Option(
            names = "--loaded",
            paramLabel = "FILE",
            description = "Xen: a live patch that is in force already; may repeat, in their order")
    private List<Path> loaded = new ArrayList<>();

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path file = Objects.requireNonNull(payload);
        if (PayloadKind.of(file) == PayloadKind.XEN) {
            Path symbols = image == null ? new XenFiles(imageDirectory, file).symbols() : image;
            XenProofReport proof = XenVerification.run(file, loaded, symbols);
            System.out.println(json ? proof.json() : proof.text());
            return ExitStatus.of(proof.outcome()).code();
        }
        ElfObject module = ElfReader.read(file);
        List<Path> folders = new ArrayList<>(modules);
        Path kernel = image;
        if (releaseDirectory != null) {
            String release = release(module);
            Path own = releaseDirectory.resolve("lib/modules").resolve(release);
            if (Files.isDirectory(own)) {
                folders.add(own);
            }
            if (kernel == null) {
                kernel = releaseDirectory.resolve("boot").resolve("vmlinuz-" + release);
            }
        }
        if (kernel == null) {
            StockKernel stock = StockKernels.obtain(release(module));
            kernel = stock.image();
            folders.add(stock.modules());
        }
        Baseline baseline = Baseline.open(kernel, folders);
        ProofReport report = new ProofReport(LoaderSimulation.check(module, baseline));
        System.out.println(json ? report.json() : report.text());
        return ExitStatus.of(report.outcome()).code();
    }

    /** The release that the module says it is made for. */
    private static String release(ElfObject module) {
        String vermagic = ModuleInfo.of(module).value("vermagic");
        if (vermagic == null || vermagic.indexOf(' ') <= 0) {
            throw new FormatException(
                    module.file(), ".modinfo", -1, "vermagic=RELEASE ...", "" + vermagic);
        }
        return vermagic.substring(0, vermagic.indexOf(' '));
    }
}
