package suture.trial;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.target.linux.module.KernelModule;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The guest's file system and the list of its steps.
 *
 * <pre>
 *   /init                 the first process
 *   /bin/busybox          every command there is
 *   /trial/steps          what to do, one call of a function of /init on each line
 *   /trial/NAME.ko        modules and payloads
 *   /trial/exercise       the exercise, /trial/files what it needs
 * </pre>
 */
record Initramfs(Bytes archive, List<String> steps) {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    static Initramfs of(TrialPlan plan) throws IOException {
        Map<String, KernelModule> files = new LinkedHashMap<>();
        List<String> steps = steps(plan, files);
        CpioArchive archive =
                new CpioArchive()
                        .directory("bin")
                        .directory("dev")
                        .characterDevice("dev/console", 5, 1)
                        .directory("trial")
                        .directory("trial/files")
                        .file("bin/busybox", busybox())
                        .file("init", init())
                        .file("trial/steps", Bytes.of(String.join("\n", steps) + "\n"));
        files.forEach((name, module) -> archive.file("trial/" + name, module.content()));
        if (plan.exercise() != null) {
            archive.file("trial/exercise", Bytes.map(plan.exercise()));
        }
        for (Path file : plan.files()) {
            archive.file("trial/files/" + file.getFileName(), Bytes.map(file));
        }
        return new Initramfs(archive.finish(), steps);
    }

    private static List<String> steps(TrialPlan plan, Map<String, KernelModule> files)
            throws IOException {
        List<String> steps = new ArrayList<>();
        Limits limits = plan.limits();
        steps.add("command_limit=" + limits.command().toSeconds());
        steps.add("transition_limit=" + limits.transition().toSeconds());
        steps.add("exercise_limit=" + limits.exercise().toSeconds());
        Set<String> loaded = new LinkedHashSet<>();
        List<KernelModule> targets = targets(plan);
        if (plan.order() == LoadOrder.MODULE_FIRST) {
            modules(plan, targets, loaded, files, steps);
        }
        exercise(plan, "before", steps);
        for (KernelModule payload : plan.payloads()) {
            modules(plan, dependencies(plan, payload), loaded, files, steps);
            String file = "p" + files.size() + ".ko";
            files.put(file, payload);
            steps.add("load load " + payload.name() + " " + file + " || { over; }");
            steps.add("transition " + payload.name());
        }
        modules(plan, targets, loaded, files, steps);
        exercise(plan, "during", steps);
        List<KernelModule> back = new ArrayList<>(plan.payloads());
        Collections.reverse(back);
        back.forEach(payload -> steps.add("revert " + payload.name()));
        back.forEach(payload -> steps.add("unload " + payload.name()));
        exercise(plan, "after", steps);
        return steps;
    }

    private static void exercise(TrialPlan plan, String phase, List<String> steps) {
        if (plan.exercise() != null) {
            steps.add("exercise " + phase);
        }
    }

    private static void modules(
            TrialPlan plan,
            List<KernelModule> wanted,
            Set<String> loaded,
            Map<String, KernelModule> files,
            List<String> steps)
            throws IOException {
        for (KernelModule module : plan.boot().closure(wanted)) {
            if (loaded.add(module.name())) {
                String file = "m" + files.size() + ".ko";
                files.put(file, module);
                steps.add("load module " + module.name() + " " + file + " || { over; }");
            }
        }
    }

    /** The modules asked for, and those the payloads patch. */
    private static List<KernelModule> targets(TrialPlan plan) throws IOException {
        Map<String, KernelModule> all = new LinkedHashMap<>();
        plan.modules().forEach(module -> all.put(module.name(), module));
        for (KernelModule payload : plan.payloads()) {
            for (String object : payload.objects()) {
                if (!all.containsKey(object)) {
                    all.put(object, plan.boot().module(object));
                }
            }
        }
        return List.copyOf(all.values());
    }

    private static List<KernelModule> dependencies(TrialPlan plan, KernelModule payload)
            throws IOException {
        List<KernelModule> all = new ArrayList<>();
        for (String name : payload.depends()) {
            all.add(plan.boot().module(name));
        }
        return all;
    }

    private static Bytes busybox() throws IOException {
        if (!Files.isReadable(BUSYBOX)) {
            throw new FormatException(
                    BUSYBOX.toString(),
                    "",
                    -1,
                    "the guest's commands",
                    "no such file; install busybox-static");
        }
        return Bytes.map(BUSYBOX);
    }

    private static Bytes init() throws IOException {
        try (InputStream in = Initramfs.class.getResourceAsStream("init")) {
            return Bytes.of(Objects.requireNonNull(in, "resource init").readAllBytes());
        }
    }
}
