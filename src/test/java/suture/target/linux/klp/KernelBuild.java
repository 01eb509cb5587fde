package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.plan.Hooks;
import suture.plan.PatchPlan;
import suture.plan.Planner;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelPackages;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.runpre.Exports;
import suture.target.linux.runpre.Resolution;
import suture.target.linux.runpre.RunPre;
import suture.target.linux.runpre.UnitBindings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Patches of the distribution's kernel: objects by its own commands, plans, modules. */
public final class KernelBuild {
    public static final String RELEASE = "6.1.0-56-cloud-amd64";
    static final String VERSION = "6.1.192-2";

    private final Path work;
    private final Path tree;
    private final KernelImage image;
    private final Exports exports;
    private final Map<String, RunPre> runPre = new HashMap<>();

    public KernelBuild(Path work, String... objects) throws IOException {
        this.work = work;
        List<String> all = new ArrayList<>(List.of(objects));
        all.add("fs/proc/cmdline.o");
        this.tree = KernelPackages.build(RELEASE, VERSION, all);
        this.image = KernelImage.open(boot());
        this.exports = Exports.of(image);
    }

    public static Path boot() throws IOException {
        return KernelPackages.boot(RELEASE).resolve("vmlinuz-" + RELEASE);
    }

    public KernelImage image() {
        return image;
    }

    public Function<String, Binding.@Nullable Export> exports() {
        return exports::named;
    }

    public ModuleFacts facts(String name) {
        return ModuleFacts.of(name, image, ModuleFacts.Stacking.REPLACE);
    }

    /** Plans a patch that replaces a text in one source. */
    public PatchPlan plan(String owner, String object, String from, String to) throws IOException {
        Path source = source(object);
        String text = Files.readString(source);
        if (!text.contains(from)) {
            throw new AssertionError(source + " has no " + from);
        }
        Path patched =
                Files.writeString(work.resolve(source.getFileName()), text.replace(from, to));
        ElfObject before = compile(object, source, work.resolve("orig.o"));
        ElfObject after = compile(object, patched, work.resolve("patched.o"));
        ObjectDiff diff = Differ.diff(before, after);
        return Planner.plan(List.of(new Planner.UnitDiff(object, owner, diff)), Hooks.LINUX);
    }

    public List<KlpUnit> units(PatchPlan plan) {
        return plan.units().stream().map(this::unit).toList();
    }

    private KlpUnit unit(UnitPlan plan) {
        try {
            Resolution resolution = runPre(plan.owner()).match(whole(plan.unit()));
            UnitBindings bindings = new UnitBindings(resolution, plan.original(), image, exports);
            List<Finding> findings = bindings.check(plan);
            if (findings.stream().anyMatch(Finding::refuses)) {
                throw new AssertionError(findings);
            }
            return new KlpUnit(plan, bindings, bindings::function, _ -> false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RunPre runPre(String owner) throws IOException {
        RunPre known = runPre.get(owner);
        if (known == null) {
            known = new RunPre(owner.equals("vmlinux") ? image : ModuleImage.open(module(owner)));
            runPre.put(owner, known);
        }
        return known;
    }

    /** A module of the distribution. */
    public static Path module(String name) throws IOException {
        try (Stream<Path> all = Files.walk(KernelPackages.modules(RELEASE))) {
            return all.filter(p -> p.endsWith(name + ".ko")).findFirst().orElseThrow();
        }
    }

    /** The object as it was linked into the kernel. */
    private ElfObject whole(String object) throws IOException {
        return ElfReader.read(tree.resolve(object));
    }

    /** The glue by the command of another file of the kernel. */
    public ElfObject glue(String module, String source) throws IOException {
        Path c = Files.writeString(work.resolve(module + "_glue.c"), source);
        return compile("fs/proc/cmdline.o", c, work.resolve(module + "_glue.o"));
    }

    private Path source(String object) throws IOException {
        for (String line : command(object).split(" ", -1)) {
            if (line.endsWith(object.substring(object.lastIndexOf('/') + 1).replace(".o", ".c"))) {
                return Path.of(line);
            }
        }
        throw new AssertionError("no source in the command of " + object);
    }

    private String command(String object) throws IOException {
        int slash = object.lastIndexOf('/') + 1;
        String name = "." + object.substring(slash) + ".cmd";
        Path file = tree.resolve(object.substring(0, slash) + name);
        String first = Files.readAllLines(file).getFirst();
        return first.substring(first.indexOf(":=") + 2);
    }

    private ElfObject compile(String object, Path source, Path target) throws IOException {
        String folder = object.substring(0, object.lastIndexOf('/') + 1);
        String file = object.substring(object.lastIndexOf('/') + 1);
        String flags = " -g0 -ffunction-sections -fdata-sections -fmacro-prefix-map=";
        String own = source(object).toString();
        String command =
                command(object)
                        .replace(folder + "." + file + ".d", target + ".d")
                        .replace(object, target.toString())
                        .replace(own, source.toString())
                        .replace(" -c ", flags + work + "/=" + folder + " -c ");
        Tool.run(tree, "sh", "-c", command);
        return ElfReader.read(target);
    }
}
