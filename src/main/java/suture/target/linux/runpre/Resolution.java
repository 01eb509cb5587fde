package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.RunningCode;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What run-pre matching found out about one original. */
public final class Resolution {
    private final Original original;
    private final RunningCode running;
    private final Placer placer;
    private final Judge judge;
    private final TableIndex index;

    Resolution(
            Original original, RunningCode running, Placer placer, Judge judge, TableIndex index) {
        this.index = index;
        this.original = original;
        this.running = running;
        this.placer = placer;
        this.judge = judge;
    }

    /**
     * How much of an original was found.
     *
     * @param functions functions in code that stays in memory
     * @param matched those that are equal to what runs under their name
     * @param overridden weak ones in whose place another definition runs
     * @param different all others
     */
    public record Counts(int functions, int matched, int overridden, int different) {}

    /** The original. */
    public ElfObject object() {
        return original.object();
    }

    /** What runs. */
    public RunningCode running() {
        return running;
    }

    /** Every function of the original, those that are freed after the start included. */
    public List<Symbol> functions() {
        return original.object().symbols().stream()
                .filter(s -> s.type() == Elf.STT_FUNC && s.size() > 0)
                .filter(s -> s.section() != null && original.loaded().contains(s.section()))
                .toList();
    }

    /** How many functions match. */
    public Counts counts() {
        int matched = 0;
        int overridden = 0;
        List<Symbol> all = functions();
        for (Symbol function : all) {
            if (isOverridden(function)) {
                overridden++;
            } else if (matches(function)) {
                matched++;
            }
        }
        return new Counts(all.size(), matched, overridden, all.size() - matched - overridden);
    }

    /** Whether the function is equal to what runs under its name. */
    public boolean matches(Symbol function) {
        Section section = function.section();
        OptionalLong address =
                section == null ? OptionalLong.empty() : address(section, function.value());
        return section != null
                && address.isPresent()
                && running.isAt(function.name(), address.getAsLong())
                && mismatch(section, function.value(), function.value() + function.size()) == null;
    }

    /** Whether the running code has another definition in the place of a weak one. */
    public boolean isOverridden(Symbol symbol) {
        if (judge.overridden.containsKey(symbol)) {
            return true;
        }
        Section section = symbol.section();
        if (section == null || symbol.binding() != Elf.STB_WEAK) {
            return false;
        }
        OptionalLong address = address(section, symbol.value());
        return !running.symbols().named(symbol.name()).isEmpty()
                && (address.isEmpty() || !running.isAt(symbol.name(), address.getAsLong()));
    }

    /** The definition of that name at a place, if another one runs instead of it; or null. */
    @Nullable Symbol overriddenAt(Section section, long offset, String name) {
        return original.symbols(section).stream()
                .filter(s -> s.value() == offset && s.name().equals(name))
                .filter(this::isOverridden)
                .findFirst()
                .orElse(null);
    }

    /** The address of a place of the original; empty if it was not found. */
    public OptionalLong address(Section section, long offset) {
        Comparison comparison = placer.placed.get(section);
        return comparison == null
                ? OptionalLong.empty()
                : OptionalLong.of(comparison.base() + offset);
    }

    /** The running symbol of a place of the original; empty if it was not found. */
    public Optional<RunningPlace> place(Section section, long offset, String name) {
        OptionalLong address = address(section, offset);
        return address.isEmpty() ? Optional.empty() : at(address.getAsLong(), name);
    }

    /**
     * The address that the fields of the original imply for a symbol it does not define, or defines
     * in vain.
     */
    public OptionalLong external(String name) {
        Long address = judge.externals.get(name);
        for (Map.Entry<Symbol, Long> entry : judge.overridden.entrySet()) {
            if (entry.getKey().name().equals(name)) {
                address = entry.getValue();
            }
        }
        return address == null ? OptionalLong.empty() : OptionalLong.of(address);
    }

    /**
     * The running symbol at or before an address that the livepatch core can name.
     *
     * @param name the name to prefer among several at one address
     */
    Optional<RunningPlace> at(long address, String name) {
        for (List<KernelSymbol> near = running.symbols().floor(address);
                !near.isEmpty();
                near = running.symbols().floor(near.getFirst().address() - 1)) {
            Optional<KernelSymbol> best =
                    near.stream()
                            .filter(running::counted)
                            .min(
                                    Comparator.comparing((KernelSymbol s) -> !s.name().equals(name))
                                            .thenComparing(KernelSymbol::position)
                                            .thenComparing(KernelSymbol::name));
            if (best.isPresent()) {
                long start = best.get().address();
                // Sections of a module, and the kernel's per-cpu area, lie 2^32 apart or more.
                return (start ^ address) >>> 32 != 0
                        ? Optional.empty()
                        : Optional.of(
                                new RunningPlace(running.name(), best.get(), address - start));
            }
        }
        return Optional.empty();
    }

    /**
     * What forbids to replace functions of the original: what is wrong with them, or with anything
     * that they refer to. Differences elsewhere do not matter.
     */
    public List<Finding> check(Collection<Symbol> functions) {
        return new Check(this, original, placer, index).run(functions);
    }

    /** What is wrong with a thing of the original that a payload refers to. */
    public List<Finding> checkReference(String from, Section section, long offset) {
        return new Check(this, original, placer, index).reference(from, section, offset);
    }

    /** The first difference in a part of a section, or null. */
    @Nullable Mismatch mismatch(Section section, long from, long to) {
        Long start = original.regions(section).floorKey(from);
        if (start != null) {
            for (Region region : original.regions(section).subMap(start, to).values()) {
                Mismatch mismatch = judge.mismatches.get(region);
                if (mismatch != null && region.overlaps(from, to)) {
                    return mismatch;
                }
            }
        }
        return null;
    }
}
