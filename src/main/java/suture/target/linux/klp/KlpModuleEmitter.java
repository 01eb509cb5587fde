package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfHeader;
import suture.elf.ElfObject;
import suture.elf.ElfWriter;
import suture.finding.Finding;
import suture.machine.Machine;
import suture.plan.Callback;
import suture.plan.Replacement;
import suture.target.linux.Binding;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** From plans to a module. */
public final class KlpModuleEmitter {
    /** The entry of {@code .modinfo} for a callback: {@code OBJECT:MOMENT FUNCTION}. */
    public static final String CALLS = "suture_calls";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,55}");

    private final List<KlpUnit> units;
    private final ModuleFacts facts;
    private final Draft draft;
    private final Machine machine;
    private final Imports imports;
    private final SequencedSet<Finding> findings = new LinkedHashSet<>();

    private KlpModuleEmitter(
            List<KlpUnit> units,
            ModuleFacts facts,
            Function<String, Binding.@Nullable Export> exports) {
        this.units = units;
        this.facts = facts;
        ElfHeader header = units.getFirst().plan().patched().header();
        Machine found = Machine.of(header.machine(), header.is64(), header.order());
        if (found == null) {
            throw new IllegalArgumentException("no machine of that number: " + header.machine());
        }
        this.machine = found;
        this.draft = new Draft(header);
        this.imports = new Imports(exports);
    }

    /**
     * Makes the module.
     *
     * @param units all units of the plan, at least one
     * @param facts what the module says about itself
     * @param exports what the kernel exports under a name, or null
     * @param compiler compiles the glue
     * @throws IOException if the glue cannot be compiled
     */
    public static KlpModule emit(
            List<KlpUnit> units,
            ModuleFacts facts,
            Function<String, Binding.@Nullable Export> exports,
            GlueCompiler compiler)
            throws IOException {
        if (!NAME.matcher(facts.name()).matches()) {
            throw new IllegalArgumentException("not a module's name: " + facts.name());
        }
        return new KlpModuleEmitter(units, facts, exports).run(compiler);
    }

    /** The C text that {@link #emit} will ask for; it is known before the patch is. */
    public static String glue(ModuleFacts facts) {
        return Glue.source(facts);
    }

    private KlpModule run(GlueCompiler compiler) throws IOException {
        if (machine.code() != Elf.EM_X86_64) {
            findings.add(
                    Finding.error(
                            "machine",
                            machine.name(),
                            "",
                            "livepatch modules are made for x86_64 only so far",
                            "use the objects of an x86_64 kernel"));
            return new KlpModule(null, List.of(), List.copyOf(findings));
        }
        List<Finding> said = new ArrayList<>();
        List<KlpUnit> units =
                this.units.stream().map(unit -> TraceSites.without(unit, said)).toList();
        Placement placement = new Placement(draft, said);
        units.forEach(unit -> placement.place(unit.plan()));
        Binder binder = new Binder(draft, placement, machine, imports, said);
        units.forEach(binder::bind);
        List<PatchTables.Row> rows = rows(placement);
        List<PatchTables.Call> calls = calls(placement);
        List<PatchedFunction> functions = rows.stream().map(PatchTables.Row::function).toList();
        findings.addAll(said);
        if (functions.isEmpty() && calls.isEmpty()) {
            findings.add(nothing());
        }
        if (findings.stream().noneMatch(Finding::refuses)) {
            ElfObject glue = compiler.compile(facts.name(), Glue.source(facts));
            new PatchTables(draft, machine, glue).write(rows, calls);
            new GlueMerge(draft, machine, glue).merge();
            List<Finding> more = new ArrayList<>();
            imports.complete(draft.imports(), more);
            findings.addAll(more);
        }
        boolean refused = findings.stream().anyMatch(Finding::refuses);
        return new KlpModule(
                refused ? null : content(functions, calls), functions, List.copyOf(findings));
    }

    private static Finding nothing() {
        return Finding.error(
                "no-replacement",
                "the patch",
                "",
                "it replaces no running function",
                "a live patch needs at least one changed function that runs already");
    }

    private List<PatchTables.Call> calls(Placement placement) {
        List<PatchTables.Call> calls = new ArrayList<>();
        for (KlpUnit unit : units) {
            for (Callback callback : unit.plan().callbacks()) {
                Label label = placement.label(callback.function());
                calls.add(new PatchTables.Call(unit.plan().owner(), callback.moment(), label));
            }
        }
        return calls;
    }

    private List<PatchTables.Row> rows(Placement placement) {
        List<PatchTables.Row> rows = new ArrayList<>();
        for (KlpUnit unit : units) {
            for (Replacement replacement : unit.plan().replacements()) {
                Binding.Livepatch running = unit.functions().apply(replacement.original());
                Label label = placement.label(replacement.patched());
                PatchedFunction function =
                        new PatchedFunction(
                                running.object(), running.name(), running.position(), label.name());
                rows.add(new PatchTables.Row(function, label));
            }
        }
        return rows;
    }

    private Bytes content(List<PatchedFunction> functions, List<PatchTables.Call> calls) {
        imports.write(draft, machine.order());
        ByteSink info = new ByteSink(machine.order());
        info.cstring("name=" + facts.name());
        info.cstring("vermagic=" + facts.vermagic());
        info.cstring("depends=");
        imports.namespaces().forEach(n -> info.cstring("import_ns=" + n));
        info.cstring("suture_release=" + facts.release());
        info.cstring("suture_build=" + facts.build());
        if (!facts.buildId().isEmpty()) {
            info.cstring("suture_vmlinux=" + facts.buildId());
        }
        functions.forEach(f -> info.cstring(PatchedFunction.KEY + '=' + f.text()));
        calls.forEach(call -> info.cstring(CALLS + '=' + call.text()));
        draft.part(".modinfo", Elf.SHT_PROGBITS, Elf.SHF_ALLOC)
                .append(info.toBytes(), info.size(), 1);
        return ElfWriter.write(draft.finish(facts.name() + ".ko"));
    }
}
