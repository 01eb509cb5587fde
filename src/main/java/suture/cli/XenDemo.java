package suture.cli;

import suture.build.CompilerIdentity.Mismatch;
import suture.build.debian.AptArchive;
import suture.build.debian.DebianKernels;
import suture.build.debian.DebianXen;
import suture.bytes.Bytes;
import suture.exec.JobPool;
import suture.exec.Progress;
import suture.report.TextReport;
import suture.trial.Expectation;
import suture.trial.Limits;
import suture.trial.TrialReport;
import suture.trial.TrialReport.Outcome;
import suture.trial.XenTrial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's stock hypervisor gets another extra version in the emulator. */
final class XenDemo {
    private static final String RELEASE = "4.17.5+72-1";

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
        screen.step(
                "The stock hypervisor " + RELEASE + ": built from its source, and proven equal.");
        screen.show("the first time this takes some minutes, later it comes from the cache");
        Stopwatch watch = new Stopwatch();
        Path cache = DebianKernels.cacheOf(System.getenv());
        AptArchive archive = new AptArchive(DebianKernels.packages(cache), progress);
        DebianXen.Prepared prepared =
                new DebianXen(cache, archive, JobPool.ofCores(), progress).prepare(RELEASE);
        watch.lap("prepare");

        String patch = Files.readString(DemoScreen.file("xen.patch", folder));
        screen.step("A source patch becomes a payload.");
        screen.show(patch);
        XenPipeline.Output built =
                XenPipeline.run(
                        new XenBaseline(prepared.tree(), prepared.stock().version()),
                        new XenPipeline.Request("demo", List.of(patch), Mismatch.REFUSE, List.of()),
                        progress,
                        watch);
        screen.show(TextReport.diff(built.pairs(), false));
        Bytes payload = built.content();
        if (payload == null) {
            screen.show(TextReport.findings(built.findings()));
            return ExitStatus.of(built.outcome()).code();
        }
        watch.timings().forEach(t -> screen.show("%-8s %.2f s".formatted(t.stage(), t.seconds())));

        screen.step("The hypervisor is booted in an emulator and patched while it runs.");
        Path file = folder.resolve("demo.livepatch");
        Files.write(file, payload.toArray());
        TrialReport report =
                XenTrial.run(
                        XenPlans.of(
                                List.of(file),
                                new XenFiles(null, file),
                                null,
                                Expectation.WORKS,
                                Limits.DEFAULT.whole()),
                        folder,
                        progress);
        screen.show(TrialRendering.text(report, false));
        return (report.outcome() == Outcome.PASSED ? ExitStatus.DONE : ExitStatus.REFUSED).code();
    }
}
