package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.graph.SpecialSection;
import suture.graph.SpecialSection.Layout;
import suture.graph.SpecialSections;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.machine.RelocationKind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The original, cut into regions, with its fields in order. */
final class Original {
    private final ElfObject object;
    private final Machine machine;
    private final Map<Section, List<Symbol>> symbols = new HashMap<>();
    private final Map<Section, TreeMap<Long, Region>> regions = new HashMap<>();
    private final Map<Section, TreeMap<Long, Field>> fields = new HashMap<>();
    private final List<Section> loaded;

    Original(ElfObject object) {
        this.object = object;
        var header = object.header();
        Machine found = Machine.of(header.machine(), header.is64(), header.order());
        if (found == null || header.machine() != Elf.EM_X86_64 || header.type() != Elf.ET_REL) {
            throw new FormatException(
                    object.file(),
                    "ELF header",
                    16,
                    "a relocatable object of x86_64",
                    "type " + header.type() + ", machine " + header.machine());
        }
        this.machine = found;
        for (Symbol symbol : object.symbols()) {
            Section section = symbol.section();
            if (section != null && isThing(symbol)) {
                symbols.computeIfAbsent(section, _ -> new ArrayList<>()).add(symbol);
            }
        }
        this.loaded =
                object.sections().stream()
                        .filter(s -> s.has(Elf.SHF_ALLOC) && s.size() > 0)
                        .filter(s -> !s.name().startsWith(".discard"))
                        .toList();
        for (Section section : loaded) {
            symbols.computeIfAbsent(section, _ -> new ArrayList<>())
                    .sort(Comparator.comparingLong(Symbol::value));
            fields.put(section, read(section));
            regions.put(section, cut(section));
        }
    }

    /** Whether it is the symbol of a function or a variable. */
    static boolean isThing(Symbol symbol) {
        return switch (symbol.type()) {
            case Elf.STT_FUNC, Elf.STT_OBJECT -> true;
            case Elf.STT_NOTYPE -> symbol.size() > 0;
            default -> false;
        };
    }

    ElfObject object() {
        return object;
    }

    /** The sections that a linker copies into what runs. */
    List<Section> loaded() {
        return loaded;
    }

    /** Functions and variables in a section, in order of their places. */
    List<Symbol> symbols(Section section) {
        return symbols.getOrDefault(section, List.of());
    }

    /** The fields of a section by offset. */
    TreeMap<Long, Field> fields(Section section) {
        return fields.getOrDefault(section, new TreeMap<>());
    }

    /** The regions of a section by first byte; together they cover it. */
    TreeMap<Long, Region> regions(Section section) {
        return regions.getOrDefault(section, new TreeMap<>());
    }

    /** The region a place is in, or null. */
    @Nullable Region region(Section section, long offset) {
        Map.Entry<Long, Region> entry = regions(section).floorEntry(offset);
        return entry != null && offset < entry.getValue().end() ? entry.getValue() : null;
    }

    private TreeMap<Long, Field> read(Section section) {
        Map<Long, Integer> biases = new HashMap<>();
        TreeMap<Long, Relocation> sorted = new TreeMap<>();
        for (Relocation relocation : object.relocations(section)) {
            if (!kind(section, relocation).noop()) {
                Relocation before = sorted.put(relocation.offset(), relocation);
                if (before != null && !before.equals(relocation)) {
                    throw new FormatException(
                            object.file(),
                            section.name(),
                            relocation.offset(),
                            "one relocation for one field",
                            "a second one");
                }
            }
        }
        if (section.has(Elf.SHF_EXECINSTR)) {
            InstructionCursor cursor = machine.instructions(section.content());
            while (cursor.next()) {
                long start = cursor.offset();
                for (var entry : sorted.subMap(start, start + cursor.length()).entrySet()) {
                    RelocationKind kind = kind(section, entry.getValue());
                    int at = (int) (entry.getKey() - start);
                    biases.put(entry.getKey(), machine.bias(kind, at, cursor.length()));
                }
            }
        }
        TreeMap<Long, Field> all = new TreeMap<>();
        sorted.forEach((offset, relocation) ->
                all.put(
                        offset,
                        new Field(
                                relocation,
                                kind(section, relocation),
                                biases.getOrDefault(offset, 0))));
        return all;
    }

    private RelocationKind kind(Section section, Relocation relocation) {
        RelocationKind kind = machine.relocation(relocation.type());
        if (kind == null) {
            throw new FormatException(
                    object.file(),
                    section.name(),
                    relocation.offset(),
                    "a relocation type of " + machine,
                    "type " + relocation.type());
        }
        return kind;
    }

    private TreeMap<Long, Region> cut(Section section) {
        TreeSet<Long> cuts = new TreeSet<>();
        int entry = entrySize(section);
        for (long at = 0; entry > 0 && at < section.size(); at += entry) {
            cuts.add(at);
        }
        Map<Long, Symbol> starts = new HashMap<>();
        for (Symbol symbol : symbols(section)) {
            cuts.add(symbol.value());
            cuts.add(symbol.value() + symbol.size());
            starts.merge(symbol.value(), symbol, (a, b) -> a.size() >= b.size() ? a : b);
        }
        cuts.add(0L);
        cuts.add(section.size());
        TreeMap<Long, Region> all = new TreeMap<>();
        for (long start : cuts) {
            Long end = cuts.higher(start);
            if (end != null && end <= section.size()) {
                all.put(start, new Region(section, start, end, starts.get(start)));
            }
        }
        return all;
    }

    /** Size of an entry if the section is a table of sites in code, 0 otherwise. */
    int entrySize(Section section) {
        SpecialSection special = SpecialSections.named(section.name());
        if (special == null) {
            return 0;
        }
        for (Layout layout : special.layouts()) {
            if (fits(section, layout)) {
                return layout.size();
            }
        }
        throw new FormatException(
                object.file(),
                section.name(),
                -1,
                "entries of "
                        + special.layouts().stream().map(Layout::size).toList()
                        + " bytes with references at the same places",
                section.size() + " bytes with other references");
    }

    private boolean fits(Section section, Layout layout) {
        int size = layout.size();
        // The last entry may lack its padding.
        long rest = section.size() % size;
        boolean fits =
                (rest == 0 || rest > size / 2)
                        && (layout.machine().isEmpty() || layout.machine().equals(machine.name()));
        for (long entry = 0; fits && entry < section.size(); entry += size) {
            for (int field : layout.fields()) {
                fits &= fields(section).containsKey(entry + field);
            }
        }
        return fits
                && fields(section).keySet().stream()
                        .map(offset -> (int) (offset % size))
                        .allMatch(f -> layout.fields().contains(f) || layout.others().contains(f));
    }
}
