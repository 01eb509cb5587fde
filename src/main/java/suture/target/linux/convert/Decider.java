package suture.target.linux.convert;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.SpecialSections;
import suture.target.linux.convert.Candidates.Candidate;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleInfo;
import suture.target.linux.image.ObjectSymbols;
import suture.target.linux.klp.KlpNames;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what becomes of each undefined symbol. The first row that fits counts.
 *
 * <pre>
 *   annotated       exported by      in the target      decision
 *   as OBJECT,n     -                there, n fits      livepatch symbol
 *   as OBJECT,n     -                otherwise          refused
 *   no              the kernel       -                  stays
 *   no              a dependency     -                  stays, with a note
 *   no              -                once               livepatch symbol
 *   no              -                several times      refused, with all candidates
 *   no              -                not at all         refused; stays if weak
 * </pre>
 */
final class Decider {
    private final ElfObject module;
    private final ModuleInfo info;
    private final Target target;
    private final Annotations annotations;
    private final References references;
    private final @Nullable PatchTable patch;
    private final Collection<Finding> findings;

    Decider(
            ElfObject module,
            Target target,
            Annotations annotations,
            References references,
            @Nullable PatchTable patch,
            Collection<Finding> findings) {
        this.module = module;
        this.info = ModuleInfo.of(module);
        this.target = target;
        this.annotations = annotations;
        this.references = references;
        this.patch = patch;
        this.findings = findings;
    }

    Decision decide(Symbol symbol) throws IOException {
        Choice choice = annotations.of(symbol);
        if (choice != null) {
            return chosen(symbol, choice);
        }
        String exporter = exporter(symbol.name());
        return exporter == null ? found(symbol) : new Decision.Exported(exporter);
    }

    /** Who exports the name to this module; null if nobody does. */
    private @Nullable String exporter(String name) {
        ObjectSymbols kernel = target.kernel();
        boolean checked = info.versions().containsKey(name);
        if (kernel != null && kernel.exports().contains(name)) {
            return KernelImage.NAME;
        }
        String depends = info.value("depends");
        Set<String> before = Set.of(depends == null ? new String[0] : depends.split(",", -1));
        for (ObjectSymbols other : target.known()) {
            if (other.exports().contains(name) && before.contains(other.object())) {
                findings.add(dependency(name, other.object()));
                return other.object();
            }
        }
        if (checked && depends != null && !depends.isEmpty()) {
            findings.add(dependency(name, depends));
            return depends;
        }
        boolean unsaid = kernel == null || !kernel.exportsKnown();
        return checked && unsaid ? "" : null;
    }

    private Finding dependency(String name, String provider) {
        return Finding.note(
                "module-dependency",
                name,
                module.file(),
                "it stays an ordinary reference to the export of "
                        + provider
                        + ", which must be loaded before the patch and cannot be unloaded after");
    }

    private Decision chosen(Symbol symbol, Choice choice) throws IOException {
        ObjectSymbols table = target.object(choice.object());
        if (table == null) {
            findings.add(
                    Finding.warning(
                            "object-not-at-hand",
                            symbol.name(),
                            references.place(symbol),
                            choice.object() + " is not at hand: the annotation was not checked",
                            "give it with --module"));
            return livepatch(symbol, choice, null);
        }
        Candidates all = new Candidates(choice.name(), List.of(table));
        int count = all.all().size();
        if (count == 0) {
            return missing(symbol, choice.name(), List.of(table));
        }
        if (choice.position() == 0 && count > 1) {
            return refuse(
                    "ambiguous-symbol",
                    symbol,
                    "the annotation has position 0, and "
                            + choice.object()
                            + " has several symbols of that name: "
                            + all.described(),
                    "give a position from 1 to " + count);
        }
        if (choice.position() > count) {
            return refuse(
                    "missing-position",
                    symbol,
                    "the annotation has position "
                            + choice.position()
                            + ", and there is only "
                            + all.described(),
                    "give a position from " + (count == 1 ? 0 : 1) + " to " + count);
        }
        return livepatch(symbol, choice, all.all().get(Math.max(0, choice.position() - 1)));
    }

    private Decision found(Symbol symbol) throws IOException {
        List<ObjectSymbols> searched = searched();
        Candidates usable = new Candidates(symbol.name(), usable(searched));
        Candidates candidates =
                usable.all().isEmpty() ? new Candidates(symbol.name(), searched) : usable;
        if (candidates.all().isEmpty()) {
            return symbol.binding() == Elf.STB_WEAK
                    ? absent(symbol)
                    : missing(symbol, symbol.name(), searched);
        }
        Candidate first = candidates.all().getFirst();
        if (candidates.all().size() > 1) {
            String object = first.table().object();
            String position = first.symbol().position() + ")";
            return refuse(
                    "ambiguous-symbol",
                    symbol,
                    "the target has it several times: " + candidates.described(),
                    "choose one; for the first: KLP_MODULE_RELOC(%s) x[] = { KLP_SYMPOS(%s, %s };, or declare it with KLP_RELOC_SYMBOL(%s, %s, %s, %s"
                            .formatted(
                                    object,
                                    symbol.name(),
                                    position,
                                    object,
                                    object,
                                    symbol.name(),
                                    position));
        }
        Choice choice = new Choice("", first.table().object(), symbol.name(), 0);
        return livepatch(symbol, choice, first);
    }

    /** The kernel, the modules that are patched, and those that were given. */
    private List<ObjectSymbols> searched() throws IOException {
        Set<ObjectSymbols> tables = new LinkedHashSet<>(target.known());
        for (String object : patch == null ? List.<String>of() : patch.objects()) {
            ObjectSymbols table = target.object(object);
            if (table != null) {
                tables.add(table);
            }
        }
        return new ArrayList<>(tables);
    }

    /** Those that the core resolves references to: the kernel, and the objects of the patch. */
    private List<ObjectSymbols> usable(List<ObjectSymbols> tables) {
        return tables.stream()
                .filter(table ->
                        patch == null
                                || table.object().equals(KernelImage.NAME)
                                || patch.objects().contains(table.object()))
                .toList();
    }

    private Decision absent(Symbol symbol) {
        findings.add(
                Finding.note(
                        "weak-symbol",
                        symbol.name(),
                        references.place(symbol),
                        "the target has no such symbol; the weak reference to it stays 0"));
        return new Decision.Absent();
    }

    private Decision missing(Symbol symbol, String name, List<ObjectSymbols> tables) {
        List<String> clones = new ArrayList<>();
        for (ObjectSymbols table : tables) {
            clones.addAll(Candidates.clones(name, table));
        }
        String where =
                tables.isEmpty()
                        ? "no object of the target"
                        : "none of " + tables.stream().map(ObjectSymbols::object).toList();
        if (clones.isEmpty()) {
            return refuse(
                    "missing-symbol",
                    symbol,
                    where + " has a symbol " + name,
                    "it may be inlined everywhere, a macro, or part of a module that must be given"
                            + " with --module; copy its body into the patch if it is inline");
        }
        return refuse(
                "missing-symbol",
                symbol,
                "the compiler left no "
                        + name
                        + ", only "
                        + String.join(", ", clones)
                        + ", whose parameters need not be those of the source",
                "copy its body into the patch");
    }

    /** The last hurdles of a livepatch symbol; {@code found} is null where nobody could look. */
    private Decision livepatch(Symbol symbol, Choice choice, @Nullable Candidate found) {
        if (found != null && found.table().freed().contains(found.symbol())) {
            return refuse(
                    "init-symbol",
                    symbol,
                    "it is init code or data of " + choice.object() + ", whose memory is freed",
                    "leave the reference out of the patch");
        }
        if (found != null
                && choice.position() > 0
                && found.table().unstable().contains(found.symbol())) {
            return refuse(
                    "unstable-position",
                    symbol,
                    "its position is another one once the init code of "
                            + choice.object()
                            + " has been freed",
                    "leave the reference out of the patch");
        }
        boolean kernel = choice.object().equals(KernelImage.NAME);
        if (kernel) {
            filed(symbol, choice);
        }
        Decision late = kernel ? null : late(symbol, choice);
        if (late != null) {
            return late;
        }
        String patched =
                kernel
                        ? KernelImage.NAME
                        : choice.patched().isEmpty() ? choice.object() : choice.patched();
        return new Decision.Livepatch(
                patched, new KlpNames.Name(choice.object(), choice.name(), choice.position()));
    }

    /** A symbol of the kernel has its place whatever the annotation says. */
    private void filed(Symbol symbol, Choice choice) {
        if (!choice.patched().isEmpty() && !choice.patched().equals(KernelImage.NAME)) {
            findings.add(
                    Finding.note(
                            "kernel-symbol-for-module",
                            symbol.name(),
                            references.place(symbol),
                            "the annotation files it under "
                                    + choice.patched()
                                    + "; kernels since 5.8 take the kernel's own symbols from"
                                    + " .klp.rela.vmlinux only, so it is there now"));
        }
    }

    /** What speaks against a symbol of a module, which is bound only when the module is there. */
    private @Nullable Decision late(Symbol symbol, Choice choice) {
        String patched = choice.patched().isEmpty() ? choice.object() : choice.patched();
        if (patched.equals(KernelImage.NAME)) {
            return refuse(
                    "module-symbol-in-kernel-section",
                    symbol,
                    "the annotation files a symbol of "
                            + choice.object()
                            + " under vmlinux: the kernel refuses the patch unless the module is"
                            + " loaded first",
                    "write KLP_RELOC_SYMBOL(%s, %s, %s, %d)"
                            .formatted(
                                    choice.object(),
                                    choice.object(),
                                    choice.name(),
                                    choice.position()));
        }
        if (patch != null && !patch.objects().contains(patched)) {
            return refuse(
                    "object-not-patched",
                    symbol,
                    "it is a symbol of "
                            + choice.object()
                            + ", and the livepatch core resolves such references only for the"
                            + " objects of the patch, which has "
                            + String.join(", ", patch.objects()),
                    "add a struct klp_object with .name = \"" + patched + "\"");
        }
        return early(symbol, patched);
    }

    /** What the kernel reads or frees before the module may be there. */
    private @Nullable Decision early(Symbol symbol, String patched) {
        for (References.Site site : references.to(symbol)) {
            Section section = site.section();
            boolean special =
                    SpecialSections.named(section.name()) != null
                            || section.name().equals(".altinstr_replacement");
            if (special || section.name().startsWith(".init")) {
                return refuse(
                        special ? "late-special-section" : "late-init-section",
                        symbol,
                        section
                                + " refers to it, and the kernel reads or frees that section"
                                + " before "
                                + patched
                                + " may be there",
                        special
                                ? "write the patch without this construct"
                                : "use it in other code than the init function");
            }
        }
        return null;
    }

    private Decision refuse(String rule, Symbol symbol, String message, String remedy) {
        findings.add(Finding.error(rule, symbol.name(), references.place(symbol), message, remedy));
        return new Decision.Refused();
    }
}
