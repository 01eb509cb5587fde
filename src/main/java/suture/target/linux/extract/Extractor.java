package suture.target.linux.extract;

import org.jspecify.annotations.Nullable;

import suture.build.slice.Slice;
import suture.build.slice.SlicedUnit;
import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.plan.Destination;
import suture.target.linux.Binding;
import suture.target.linux.image.KernelImage;
import suture.target.linux.runpre.Exports;
import suture.target.linux.runpre.Resolution;
import suture.target.linux.runpre.UnitBindings;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes the file. */
public final class Extractor {
    /** What the file needs to register its functions. */
    private static final List<String> STRUCTURES = List.of("klp_func", "klp_object", "klp_patch");

    private static final List<String> USED = List.of("klp_enable_patch");

    private final SlicedUnit unit;
    private final Facts facts;
    private final Resolution resolution;
    private final UnitBindings bindings;
    private final Map<String, Symbol> symbols = new HashMap<>();
    private final Set<Finding> findings = new LinkedHashSet<>();

    /**
     * @param unit the preprocessed text, with the livepatch API's headers in it
     * @param resolution what run-pre matching found out about the unit's object
     * @param kernel the running kernel
     * @param exports what it exports
     * @param known what must be said already
     */
    public Extractor(
            SlicedUnit unit,
            Facts facts,
            Resolution resolution,
            KernelImage kernel,
            Exports exports,
            Collection<Finding> known) {
        findings.addAll(known);
        this.unit = unit;
        this.facts = facts;
        this.resolution = resolution;
        this.bindings = new UnitBindings(resolution, resolution.object(), kernel, exports);
        for (Symbol symbol : resolution.object().symbols()) {
            if (!symbol.name().isEmpty() && symbol.type() != Elf.STT_FILE) {
                symbols.put(symbol.name(), symbol);
            }
        }
    }

    /** The file. */
    public Extraction extract() {
        facts.functions().forEach(this::check);
        if (refused()) {
            return new Extraction(null, owner(), Map.of(), Set.of(), List.copyOf(findings));
        }
        Slice slice = unit.slice(facts.functions(), STRUCTURES, USED, this::isGiven);
        statics(slice);
        Map<String, Binding> references = new TreeMap<>();
        for (String name : slice.external()) {
            Binding binding = binding(name);
            if (binding != null) {
                references.put(name, binding);
            }
        }
        slice.carried()
                .forEach((name, file) -> {
                    if (!file.endsWith(".h")) {
                        note(name);
                    }
                });
        Map<String, Binding.Livepatch> functions = new LinkedHashMap<>();
        facts.functions().forEach(f -> functions.put(f, function(f)));
        String source =
                refused() ? null : new SourceText(facts, slice, functions, references).text();
        return new Extraction(
                source, owner(), references, slice.carried().keySet(), List.copyOf(findings));
    }

    private String owner() {
        return resolution.running().name();
    }

    private boolean refused() {
        return findings.stream().anyMatch(Finding::refuses);
    }

    /** A wanted function must be one that can be replaced. */
    private void check(String name) {
        Symbol symbol = symbols.get(name);
        Section section = symbol == null ? null : symbol.section();
        if (!unit.functions().contains(name)) {
            refuse(
                    "no-such-function",
                    name,
                    facts.unit() + " defines no function of that name",
                    "check the name, or name its unit with --unit");
        } else if (symbol == null || section == null) {
            refuse(
                    "inlined-function",
                    name,
                    "the compiler left no function of that name: it is inlined or specialised",
                    "extract the functions that call it");
        } else if (section.name().startsWith(".init") || section.name().startsWith(".exit")) {
            refuse(
                    "init-function",
                    name,
                    "it is in " + section + ", which is freed or dropped",
                    "leave it out");
        } else {
            findings.addAll(resolution.check(List.of(symbol)));
        }
    }

    private Binding.Livepatch function(String name) {
        Symbol symbol = symbols.get(name);
        if (symbol == null) {
            throw new IllegalStateException("not checked: " + name);
        }
        return bindings.function(symbol);
    }

    /**
     * What the unit's object defines, the kernel has. A copy of an inline function is as good as
     * the function in its header.
     */
    private boolean isGiven(String name, String file, boolean inline) {
        return isRunning(name) && !(inline && file.endsWith(".h"));
    }

    private boolean isRunning(String name) {
        Symbol symbol = symbols.get(name);
        return symbol != null && symbol.section() != null;
    }

    private void note(String name) {
        findings.add(
                Finding.note(
                        "carried-function",
                        name,
                        facts.unit(),
                        "it has no code of its own in the kernel; the file has a copy"));
    }

    /** What a name is bound to; null if the object does not use it, so it will not be missed. */
    private @Nullable Binding binding(String name) {
        Symbol symbol = symbols.get(name);
        if (symbol == null || symbol.name().equals("klp_enable_patch")) {
            return null;
        }
        Section section = symbol.section();
        if (section == null) {
            return symbol.isUndefined() ? bindings.external(symbol) : null;
        }
        if (section.name().startsWith(".init") || section.name().startsWith(".exit")) {
            refuse(
                    "init-symbol",
                    name,
                    "it is in " + section + ", which is freed or dropped",
                    "leave the reference out");
            return null;
        }
        List<Finding> wrong = resolution.checkReference(facts.unit(), section, symbol.value());
        findings.addAll(wrong);
        return wrong.isEmpty() ? running(symbol, section) : null;
    }

    private @Nullable Binding running(Symbol symbol, Section section) {
        boolean code = symbol.type() == Elf.STT_FUNC;
        Binding found =
                bindings.running(
                        new Destination.Running(
                                resolution.object(), symbol.name(), section, symbol.value(), code));
        boolean other =
                found instanceof Binding.Livepatch livepatch
                        && (livepatch.offset() != 0 || !livepatch.name().equals(symbol.name()));
        if (other) {
            refuse(
                    "no-running-symbol",
                    symbol.name(),
                    "it runs, and the symbol table of " + owner() + " has no such name for it",
                    "leave the reference out");
        }
        return other ? null : found;
    }

    /** State of a wanted function that its copy would have for itself. */
    private void statics(Slice slice) {
        for (String name : slice.statics()) {
            findings.add(
                    Finding.warning(
                            "static-local",
                            name,
                            facts.unit(),
                            "the copy of the function has a static variable of its own; the"
                                    + " running one goes on with its value unseen",
                            "declare it extern with KLP_RELOC_SYMBOL if the value matters"));
        }
    }

    private void refuse(String rule, String subject, String message, String remedy) {
        findings.add(Finding.error(rule, subject, facts.unit(), message, remedy));
    }
}
