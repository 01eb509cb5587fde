package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.Piece;
import suture.plan.Replacement;
import suture.plan.SecondDefinitions;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.Bindings;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.ModuleImage;
import suture.target.linux.image.RunningCode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * The bindings of one unit. The original of its plan may be the object that was matched, or another
 * build of the same source with {@code -ffunction-sections}.
 */
public final class UnitBindings implements Bindings {
    private final Resolution resolution;
    private final RunningCode owner;
    private final KernelImage kernel;
    private final Exports exports;
    private final ElfObject original;
    private final Twin twin;
    private final Function<ElfObject, UnitBindings> others;

    /**
     * Bindings of a unit that refers to nothing of another one but by a global name of what runs.
     *
     * @param resolution what run-pre matching found out
     * @param original the original object that destinations are places of
     * @param kernel the running kernel
     * @param exports what it and its modules export
     * @throws FormatException if the unit's module is of another build than the kernel
     */
    public UnitBindings(
            Resolution resolution, ElfObject original, KernelImage kernel, Exports exports) {
        this(
                resolution,
                original,
                kernel,
                exports,
                other -> {
                    throw new IllegalStateException(original.file() + " refers to " + other.file());
                });
    }

    /**
     * @param resolution what run-pre matching found out
     * @param original the original object that destinations are places of
     * @param kernel the running kernel
     * @param exports what it and its modules export
     * @param others the bindings of the unit that has another original
     * @throws FormatException if the unit's module is of another build than the kernel
     */
    public UnitBindings(
            Resolution resolution,
            ElfObject original,
            KernelImage kernel,
            Exports exports,
            Function<ElfObject, UnitBindings> others) {
        this.others = others;
        this.resolution = resolution;
        this.owner = resolution.running();
        this.kernel = kernel;
        this.exports = exports;
        this.original = original;
        this.twin = new Twin(resolution.object());
        if (owner instanceof ModuleImage module) {
            sameBuild(module);
        }
    }

    /** A module carries the checksums of what it imports. */
    private void sameBuild(ModuleImage module) {
        module.info()
                .versions()
                .forEach((name, crc) -> {
                    Binding.Export export = exports.named(name);
                    if (export != null && !crc.equals(export.crc())) {
                        throw new FormatException(
                                module.elf().file(),
                                "__versions",
                                -1,
                                "a module of the same build as " + kernel.elf().file(),
                                "another checksum of " + name);
                    }
                });
    }

    @Override
    public Binding running(Destination.Running destination) {
        Binding binding = find(destination);
        if (binding == null) {
            throw new IllegalStateException("not proven: " + destination);
        }
        return binding;
    }

    @Override
    public Binding external(Symbol symbol) {
        Binding binding = find(symbol);
        if (binding == null) {
            throw new IllegalStateException("not found: " + symbol);
        }
        return binding;
    }

    /**
     * The running function that a symbol of the original stands for: what the livepatch core is
     * told to replace.
     *
     * @throws IllegalStateException if it was not proven; {@link #check} says so
     */
    public Binding.Livepatch function(Symbol function) {
        Symbol own = twin.symbol(function);
        Optional<RunningPlace> place =
                own == null || own.section() == null
                        ? Optional.empty()
                        : resolution.place(own.section(), own.value(), own.name());
        return place.filter(p -> p.offset() == 0 && p.symbol().name().equals(function.name()))
                .map(UnitBindings::livepatch)
                .orElseThrow(() -> new IllegalStateException("not proven: " + function));
    }

    private static Binding.Livepatch livepatch(RunningPlace place) {
        KernelSymbol symbol = place.symbol();
        return new Binding.Livepatch(
                place.owner(), symbol.name(), symbol.position(), place.offset());
    }

    private @Nullable Binding find(Destination.Running destination) {
        if (destination.original() != original) {
            return others.apply(destination.original()).find(destination);
        }
        Twin.Place place =
                twin.place(
                        original, destination.name(), destination.section(), destination.offset());
        Symbol lost =
                place == null
                        ? null
                        : resolution.overriddenAt(
                                place.section(), place.offset(), destination.name());
        if (lost != null) {
            // What the original calls is the definition that won, not its own.
            return find(lost);
        }
        Optional<RunningPlace> found =
                place == null
                        ? Optional.empty()
                        : resolution.place(place.section(), place.offset(), destination.name());
        return found.map(this::bind).orElse(null);
    }

    private Binding bind(RunningPlace place) {
        boolean symbol = place.offset() == 0 && owner instanceof KernelImage;
        Binding export = symbol ? exports.at(place.symbol().name(), place.address()) : null;
        return export == null ? livepatch(place) : export;
    }

    private @Nullable Binding find(Symbol symbol) {
        OptionalLong proven = resolution.external(symbol.name());
        if (proven.isPresent() && owner.imported(proven.getAsLong()) == null) {
            return resolution
                    .at(proven.getAsLong(), symbol.name())
                    .filter(p -> p.offset() == 0 && p.symbol().name().equals(symbol.name()))
                    .map(this::bind)
                    .orElse(null);
        }
        if (proven.isEmpty() && owner != kernel) {
            Binding own = global(owner, symbol.name());
            if (own != null) {
                return own;
            }
        }
        Binding export = exports.named(symbol.name());
        return export == null ? global(kernel, symbol.name()) : export;
    }

    /** The symbol that other units of the object can see; at most one of a name is such. */
    private static @Nullable Binding global(RunningCode code, String name) {
        List<KernelSymbol> named = code.symbols().named(name);
        List<KernelSymbol> global =
                named.stream().filter(UnitBindings::isGlobal).filter(code::counted).toList();
        // Per-cpu variables, local ones too, are 'A' in a kernel's table.
        boolean unclear = global.size() > 1;
        return global.isEmpty() || unclear
                ? null
                : livepatch(new RunningPlace(code.name(), global.getFirst(), 0));
    }

    private static boolean isGlobal(KernelSymbol symbol) {
        return Character.isUpperCase(symbol.type())
                || symbol.type() == 'w'
                || symbol.type() == 'v'
                || symbol.type() == 'u';
    }

    /**
     * All that forbids to build a payload from a plan of this unit: about the functions it replaces
     * and about everything it refers to.
     */
    public List<Finding> check(UnitPlan plan) {
        Set<Finding> findings = new LinkedHashSet<>();
        List<Symbol> functions = new ArrayList<>();
        for (Replacement replacement : plan.replacements()) {
            Symbol own = twin.symbol(replacement.original());
            if (own == null) {
                findings.add(noTwin(replacement.original().name()));
            } else {
                functions.add(own);
            }
        }
        findings.addAll(resolution.check(functions));
        for (Symbol function : functions) {
            boolean proven = findings.stream().noneMatch(f -> f.subject().equals(function.name()));
            if (proven && !isCallable(function)) {
                findings.add(unstable(function.name()));
            }
        }
        for (Piece piece : plan.pieces()) {
            for (Link link : piece.links()) {
                findings.addAll(check(piece, link));
            }
        }
        findings.addAll(SecondDefinitions.check(plan, this::runsElsewhere));
        return List.copyOf(findings);
    }

    /** Per-cpu variables, local ones too, are 'A' in a kernel's table. */
    private boolean runsElsewhere(Symbol symbol) {
        Section section = symbol.section();
        boolean perCpu = section != null && section.name().startsWith(".data..percpu");
        return owner.symbols().named(symbol.name()).stream()
                .anyMatch(s -> isGlobal(s) && (s.type() != 'A' || perCpu));
    }

    private boolean isCallable(Symbol own) {
        return own.section() != null
                && resolution
                        .place(own.section(), own.value(), own.name())
                        .filter(p -> p.offset() == 0 && p.symbol().name().equals(own.name()))
                        .isPresent();
    }

    private List<Finding> check(Piece piece, Link link) {
        return switch (link.destination()) {
            case Destination.Travelling _ -> List.of();
            case Destination.Running running -> check(piece, running);
            case Destination.External external ->
                    !external.symbol().isUndefined() || find(external.symbol()) != null
                            ? List.of()
                            : List.of(unresolved(piece, external.symbol()));
        };
    }

    private List<Finding> check(Piece piece, Destination.Running running) {
        if (running.original() != original) {
            return others.apply(running.original()).check(piece, running);
        }
        Twin.Place place =
                twin.place(original, running.name(), running.section(), running.offset());
        if (place == null) {
            return List.of(noTwin(running.name().isEmpty() ? "?" : running.name()));
        }
        List<Finding> findings =
                resolution.checkReference(piece.toString(), place.section(), place.start());
        return findings.isEmpty() && find(running) == null
                ? List.of(unstable(running.name()))
                : findings;
    }

    private Finding noTwin(String name) {
        return Finding.error(
                "run-pre-ambiguous",
                name,
                original.file(),
                "no single thing of that name and size is in " + resolution.object().file(),
                "give the thing a name that the unit has once, or match the same object that is"
                        + " compared");
    }

    private Finding unstable(String name) {
        return Finding.error(
                "run-pre-ambiguous",
                name,
                owner.name(),
                "no symbol of the running code names its place at all times",
                "leave the reference to it out of the patch");
    }

    private Finding unresolved(Piece piece, Symbol symbol) {
        return Finding.error(
                "unresolved-symbol",
                symbol.name(),
                original.file() + ": " + piece,
                "neither "
                        + owner.name()
                        + " nor the exports of the kernel and its modules have one global symbol of"
                        + " that name",
                "check the name; a static of another unit can be referred to if the patch makes it"
                        + " global there");
    }
}
