package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.target.linux.image.RunningCode;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checks that all fields of equal regions agree with each other about where things are. */
final class Judge {
    private final RunningCode running;
    private final Placer placer;

    /** The first difference of each region that has one. */
    final Map<Region, Mismatch> mismatches = new LinkedHashMap<>();

    /**
     * Definitions of the original that another definition has replaced, with the address of that.
     */
    final Map<Symbol, Long> overridden = new HashMap<>();

    /** Addresses of the symbols that the original does not define. */
    final Map<String, Long> externals = new HashMap<>();

    Judge(RunningCode running, Placer placer) {
        this.running = running;
        this.placer = placer;
    }

    void run() {
        for (Comparison comparison : placer.placed.values()) {
            judge(comparison);
        }
        for (Comparison comparison : placer.tables.values()) {
            judge(comparison);
        }
    }

    private void judge(Comparison comparison) {
        comparison.mismatches().forEach(m -> mismatches.put(m.region(), m));
        for (Reached reached : comparison.reached()) {
            if (!mismatches.containsKey(reached.region())) {
                Mismatch wrong = judge(reached);
                if (wrong != null) {
                    mismatches.put(wrong.region(), wrong);
                }
            }
        }
    }

    private @Nullable Mismatch judge(Reached reached) {
        Field field = reached.field();
        Symbol symbol = field.symbol();
        Section section = symbol.section();
        if (section == null) {
            return symbol.isUndefined() && !symbol.name().isEmpty()
                    ? external(reached)
                    : number(reached);
        }
        if (section.has(Elf.SHF_MERGE)) {
            return content(reached, section);
        }
        Comparison at = placer.placed.get(section);
        if (at == null || at.base() + symbol.value() == reached.symbolAt()) {
            return null;
        }
        if (symbol.binding() == Elf.STB_WEAK && running.isAt(symbol.name(), reached.symbolAt())) {
            return overridden(reached, symbol);
        }
        return mismatch(
                reached,
                Words.address(running, at.base() + symbol.value()),
                Words.address(running, reached.symbolAt()));
    }

    private @Nullable Mismatch overridden(Reached reached, Symbol symbol) {
        Long before = overridden.putIfAbsent(symbol, reached.symbolAt());
        return before == null || before == reached.symbolAt()
                ? null
                : mismatch(
                        reached,
                        Words.address(running, before),
                        Words.address(running, reached.symbolAt()));
    }

    /** One symbol has one address. */
    private @Nullable Mismatch external(Reached reached) {
        String name = reached.field().symbol().name();
        Long before = externals.putIfAbsent(name, reached.symbolAt());
        return before == null || before == reached.symbolAt()
                ? null
                : mismatch(
                        reached,
                        Words.address(running, before),
                        Words.address(running, reached.symbolAt()));
    }

    private static @Nullable Mismatch number(Reached reached) {
        Field field = reached.field();
        long expected = field.symbol().value() + field.relocation().addend();
        return expected == reached.sum()
                ? null
                : mismatch(reached, Long.toHexString(expected), Long.toHexString(reached.sum()));
    }

    /**
     * The linker moves and joins strings and constants; their content is what counts. A label
     * stands at their start, also where a constant that was taken out of an index leads elsewhere.
     */
    private @Nullable Mismatch content(Reached reached, Section section) {
        Field field = reached.field();
        boolean label = field.symbol().type() != Elf.STT_SECTION;
        long from = label ? field.symbol().value() : field.meant();
        long at = label ? reached.symbolAt() : reached.sum() + field.bias();
        long to =
                section.has(Elf.SHF_STRINGS)
                        ? section.content().indexOf(0, Math.max(0, from)) + 1
                        : from + Math.max(1, section.header().entrySize());
        if (from < 0 || to <= from || to > section.size()) {
            return mismatch(reached, "a place in " + section, "offset " + from);
        }
        Bytes own = section.content().slice(from, to - from);
        Bytes run = running.read(at, to - from);
        return own.equals(run) ? null : mismatch(reached, show(own), show(run));
    }

    private static String show(@Nullable Bytes content) {
        return content == null
                ? "nothing"
                : '"' + content.text().replace("\0", "").replace("\n", "\\n") + '"';
    }

    private static Mismatch mismatch(Reached reached, String expected, String found) {
        return new Mismatch(
                reached.region(),
                reached.field().offset(),
                "a reference to " + expected,
                "a reference to " + found);
    }
}
