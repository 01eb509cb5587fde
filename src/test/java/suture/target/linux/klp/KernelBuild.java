package suture.target.linux.klp;

import suture.diff.Differ;
import suture.diff.ObjectDiff;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Symbol;
import suture.elf.Tool;
import suture.plan.Destination;
import suture.plan.PatchPlan;
import suture.plan.Planner;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.Bindings;
import suture.target.linux.image.Export;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelPackages;
import suture.target.linux.image.KernelSymbol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Patches of the distribution's kernel: objects by its own commands, plans, modules. */
final class KernelBuild {
    static final String RELEASE = "6.1.0-56-cloud-amd64";
    static final String VERSION = "6.1.192-2";
    static final String VERMAGIC = RELEASE + " SMP preempt mod_unload modversions ";
    static final String BUILD = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)";

    private final Path work;
    private final Path tree;
    private final KernelImage image;
    private final Map<String, Export> exports;

    KernelBuild(Path work, String... objects) throws IOException {
        this.work = work;
        List<String> all = new ArrayList<>(List.of(objects));
        all.add("fs/proc/cmdline.o");
        this.tree = KernelPackages.build(RELEASE, VERSION, all);
        this.image = KernelImage.open(boot());
        this.exports = Export.of(image);
    }

    static Path boot() throws IOException {
        return KernelPackages.boot(RELEASE).resolve("vmlinuz-" + RELEASE);
    }

    KernelImage image() {
        return image;
    }

    Map<String, Export> exports() {
        return exports;
    }

    static ModuleFacts facts(String name, String build) {
        return new ModuleFacts(name, VERMAGIC, RELEASE, build, ModuleFacts.Stacking.REPLACE);
    }

    /** Plans a patch that replaces a text in one source. */
    PatchPlan plan(String owner, String object, String from, String to) throws IOException {
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
        return Planner.plan(List.of(new Planner.UnitDiff(object, owner, diff)));
    }

    List<KlpUnit> units(PatchPlan plan) {
        return plan.units().stream().map(this::unit).toList();
    }

    KlpUnit unit(UnitPlan plan) {
        ByName names = new ByName(plan.owner());
        return new KlpUnit(plan, names, s -> names.livepatch(s.name()));
    }

    /** The glue by the command of another file of the kernel. */
    ElfObject glue(String module, String source) throws IOException {
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

    /** Bindings by name alone, which is right where the names are unique. */
    final class ByName implements Bindings {
        private final String owner;

        ByName(String owner) {
            this.owner = owner;
        }

        @Override
        public Binding running(Destination.Running destination) {
            if (destination.name().isEmpty()) {
                throw new IllegalStateException("no name: " + destination);
            }
            return owner.equals("vmlinux")
                    ? named(destination.name())
                    : livepatch(destination.name());
        }

        @Override
        public Binding external(Symbol symbol) {
            return named(symbol.name());
        }

        private Binding named(String name) {
            Export export = exports.get(name);
            return export == null
                    ? kernel(name)
                    : new Binding.Export(
                            name, export.crc(), export.namespace(), "vmlinux", export.gplOnly());
        }

        private Binding.Livepatch kernel(String name) {
            List<KernelSymbol> all = image.symbols().named(name);
            if (all.size() != 1) {
                throw new IllegalStateException(all.size() + " symbols are called " + name);
            }
            return new Binding.Livepatch("vmlinux", name, 0, 0);
        }

        Binding.Livepatch livepatch(String name) {
            return owner.equals("vmlinux")
                    ? kernel(name)
                    : new Binding.Livepatch(owner, name, 0, 0);
        }
    }
}
