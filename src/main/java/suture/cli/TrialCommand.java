package suture.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import suture.exec.Progress;
import suture.host.PayloadKind;
import suture.target.linux.module.KernelModule;
import suture.trial.BootFiles;
import suture.trial.Emulator;
import suture.trial.Emulator.Acceleration;
import suture.trial.Expectation;
import suture.trial.Limits;
import suture.trial.LoadOrder;
import suture.trial.Trial;
import suture.trial.TrialPlan;
import suture.trial.TrialReport;
import suture.trial.TrialReport.Outcome;
import suture.trial.XenTrial;
import suture.trial.XenTrialPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code suture trial}: a payload in the emulator, from the boot to the unload. */
@Command(
        name = "trial",
        mixinStandardHelpOptions = true,
        description = {
            "Boots the stock kernel in an emulator, loads the payloads, exercises them,",
            "reverts and unloads them, and reports each step."
        })
final class TrialCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "PAYLOAD",
            description =
                    "live patch modules, or Xen live patches, loaded in this order, reverted in the"
                            + " opposite one")
    private List<Path> payloads = List.of();

    @Option(
            names = "--image-dir",
            paramLabel = "DIR",
            description =
                    "an unpacked image package: DIR/boot/vmlinuz-*, DIR/lib/modules; default: the"
                            + " stock kernel of the release that the payload is for; Xen: its"
                            + " package and that of its symbols")
    private @Nullable Path imageDirectory;

    @Option(
            names = "--modules",
            split = ",",
            paramLabel = "MODULE",
            description = "modules to load too: names in the image package, or .ko files")
    private List<String> modules = List.of();

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = "module-first (default) or patch-first")
    private String order = "module-first";

    @Option(
            names = "--exercise",
            paramLabel = "SCRIPT",
            description = {
                "run in the guest with the argument before, during and after;",
                "busybox is all there is, its exit status must be 0;",
                "Xen: a C file with int exercise(const char *phase)"
            })
    private @Nullable Path exercise;

    @Option(
            names = "--add",
            paramLabel = "FILE",
            description = "a file for the exercise, found in /trial/files")
    private List<Path> files = List.of();

    @Option(
            names = "--expect",
            paramLabel = "OUTCOME",
            description = "works (default) or refused: the kernel must not take the payload")
    private String expectation = "works";

    @Option(names = "--cpus", paramLabel = "N", description = "processors of the guest (1)")
    private int cpus = Emulator.DEFAULT.cpus();

    @Option(names = "--memory", paramLabel = "MIB", description = "memory of the guest (512)")
    private int memory = Emulator.DEFAULT.memory();

    @Option(names = "--kvm", description = "use the host's processor instead of emulating one")
    private boolean kvm;

    @Option(
            names = "--deadline",
            paramLabel = "SECONDS",
            description = "how long the whole may take (300)")
    private long deadline = Limits.DEFAULT.whole().toSeconds();

    @Option(
            names = "--transition-deadline",
            paramLabel = "SECONDS",
            description = "how long a transition may take by the guest's clock (60)")
    private long transition = Limits.DEFAULT.transition().toSeconds();

    @Option(
            names = "--dom0",
            description = {
                "Xen: in a Debian control domain with the stock xen-livepatch; the exercise is a",
                "script then"
            })
    private boolean dom0;

    @Option(names = "--console", description = "print the kernel's console too")
    private boolean console;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        boolean xen = PayloadKind.of(payloads.getFirst()) == PayloadKind.XEN;
        Path scratch = Files.createTempDirectory("suture-trial");
        TrialReport report;
        try {
            report = xen ? xenTrial(scratch) : Trial.run(plan(), scratch, Progress.SILENT);
        } finally {
            Folders.delete(scratch);
        }
        System.out.println(
                json ? TrialRendering.json(report) : TrialRendering.text(report, console));
        boolean passed = report.outcome() == Outcome.PASSED;
        return (passed ? ExitStatus.DONE : ExitStatus.REFUSED).code();
    }

    private TrialReport xenTrial(Path scratch) throws IOException {
        return dom0
                ? XenTrial.run(
                        xenPlan(),
                        XenPlans.dom0(payloads.getFirst(), files),
                        scratch,
                        Progress.SILENT)
                : XenTrial.run(xenPlan(), scratch, Progress.SILENT);
    }

    private XenTrialPlan xenPlan() throws IOException {
        XenFiles files = new XenFiles(imageDirectory, payloads.getFirst());
        return XenPlans.of(
                payloads,
                files,
                exercise,
                choice("--expect", Expectation.class, expectation),
                Duration.ofSeconds(deadline));
    }

    private TrialPlan plan() throws IOException {
        List<KernelModule> patches = new ArrayList<>();
        for (Path payload : payloads) {
            patches.add(KernelModule.read(payload));
        }
        Path directory = imageDirectory;
        if (directory == null) {
            Path image = StockKernels.obtain(patches.getFirst().release()).image();
            directory = Objects.requireNonNull(image.getParent()).resolveSibling(".").normalize();
        }
        BootFiles boot = BootFiles.in(directory);
        List<KernelModule> more = new ArrayList<>();
        for (String module : modules) {
            boolean file = module.contains("/") || module.contains(".ko");
            more.add(file ? KernelModule.read(Path.of(module)) : boot.module(module));
        }
        Acceleration acceleration = kvm ? Acceleration.KVM : Acceleration.TCG;
        Limits limits =
                new Limits(
                        Duration.ofSeconds(deadline),
                        Limits.DEFAULT.command(),
                        Duration.ofSeconds(transition),
                        Limits.DEFAULT.exercise());
        return new TrialPlan(
                boot,
                patches,
                more,
                choice("--order", LoadOrder.class, order),
                exercise,
                files,
                choice("--expect", Expectation.class, expectation),
                new Emulator(acceleration, cpus, memory),
                limits);
    }

    private <E extends Enum<E>> E choice(String option, Class<E> type, String word) {
        List<String> words = new ArrayList<>();
        for (E value : type.getEnumConstants()) {
            String name = value.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(word)) {
                return value;
            }
            words.add(name);
        }
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                option + ": " + word + " is none of " + String.join(", ", words));
    }
}
