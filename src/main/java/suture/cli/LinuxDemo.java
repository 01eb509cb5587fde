package suture.cli;

import suture.build.CompilerIdentity.Mismatch;
import suture.build.debian.AptArchive;
import suture.build.debian.DebianKernels;
import suture.build.debian.KernelRelease;
import suture.build.linux.StockKernel;
import suture.bytes.Bytes;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.report.TextReport;
import suture.target.linux.klp.ModuleFacts.Stacking;
import suture.target.linux.module.KernelModule;
import suture.trial.BootFiles;
import suture.trial.Trial;
import suture.trial.TrialPlan;
import suture.trial.TrialReport;
import suture.trial.TrialReport.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A stock Debian kernel gets a patch in the emulator. */
final class LinuxDemo {
    private static final String RELEASE = "6.1.0-56-cloud-amd64";

    private final DemoScreen screen = new DemoScreen();

    int run() throws IOException {
        Path folder = Files.createTempDirectory("suture-demo");
        try {
            return run(folder);
        } finally {
            Folders.delete(folder);
        }
    }

    private int run(Path folder) throws IOException {
        Progress progress = ProgressLine.onTerminal();
        screen.step("The stock kernel " + RELEASE + ": packages fetched, nothing installed.");
        screen.show("the first time this takes some minutes, later it comes from the cache");
        Stopwatch watch = new Stopwatch();
        Path cache = DebianKernels.cacheOf(System.getenv());
        DebianKernels kernels =
                new DebianKernels(
                        cache,
                        new AptArchive(DebianKernels.packages(cache), progress),
                        JobPool.ofCores(),
                        progress);
        StockKernel stock = kernels.obtain(KernelRelease.parse(RELEASE));
        KernelBaseline baseline = KernelBaseline.of(stock, kernels.open(stock));
        watch.lap("prepare");

        Path patch = DemoScreen.file("linux.patch", folder);
        screen.step("A source patch becomes a livepatch module.");
        screen.show(Files.readString(patch));
        LinuxPipeline.Output built =
                LinuxPipeline.run(
                        baseline,
                        new LinuxPipeline.Request(
                                "demo",
                                new LinuxPipeline.Input.Sources(
                                        PatchedSources.of(
                                                baseline.tree().source(), List.of(patch))),
                                Mismatch.REFUSE,
                                Stacking.REPLACE,
                                Integer.MAX_VALUE),
                        progress,
                        watch,
                        () -> {});
        screen.show(TextReport.diff(built.pairs(), false));
        Bytes module = built.module();
        if (module == null) {
            screen.show(TextReport.findings(built.findings()));
            return ExitStatus.of(built.outcome()).code();
        }
        watch.timings().forEach(t -> screen.show("%-8s %.2f s".formatted(t.stage(), t.seconds())));

        screen.step("The kernel is booted in an emulator and patched while it runs.");
        Path file = folder.resolve("demo.ko");
        Files.write(file, module.toArray());
        Path exercise = DemoScreen.file("linux.sh", folder);
        Path boot = Objects.requireNonNull(stock.image().getParent());
        TrialPlan plan =
                TrialPlan.of(
                                BootFiles.in(boot.resolveSibling(".").normalize()),
                                List.of(KernelModule.read(file)))
                        .exercisedBy(exercise);
        TrialReport report = Trial.run(plan, folder, progress);
        screen.show(TrialRendering.text(report, false));
        return (report.outcome() == Outcome.PASSED ? ExitStatus.DONE : ExitStatus.REFUSED).code();
    }
}
