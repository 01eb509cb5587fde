package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.Section;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;
import suture.machine.Machine;
import suture.machine.RelocationKind;
import suture.machine.Via;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.RunningCode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The tables of sites in the running code, by the sites. */
final class TableIndex {
    /** Tables inside of other sections of a linked kernel: include/asm-generic/vmlinux.lds.h. */
    private static final Map<String, String> BOUNDS =
            Map.of(
                    "__jump_table", "__start___jump_table __stop___jump_table",
                    "__bug_table", "__start___bug_table __stop___bug_table",
                    "__ex_table", "__start___ex_table __stop___ex_table",
                    "__mcount_loc", "__start_mcount_loc __stop_mcount_loc",
                    ".altinstructions", "__alt_instructions __alt_instructions_end",
                    ".parainstructions", "__parainstructions __parainstructions_end",
                    ".smp_locks", "__smp_locks __smp_locks_end",
                    ".static_call_sites", "__start_static_call_sites __stop_static_call_sites");

    private final RunningCode running;
    private final Map<String, Entries> known = new HashMap<>();

    private final List<RelocationKind> kinds;

    /** Where there is code. */
    private final List<Range> code;

    private record Range(long start, long end) {
        boolean contains(long address) {
            return address - start >= 0 && address - end < 0;
        }
    }

    /**
     * The entries of a table in the order of their sites.
     *
     * @param sites the addresses of the sites, ascending as signed numbers
     * @param fields the addresses of what refers to them
     */
    private record Entries(long[] sites, long[] fields) {
        static final Entries NONE = new Entries(new long[0], new long[0]);

        /** Index of the first entry of that site or a later one. */
        int from(long site) {
            int found = Arrays.binarySearch(sites, site);
            if (found < 0) {
                return -found - 1;
            }
            while (found > 0 && sites[found - 1] == site) {
                found--;
            }
            return found;
        }
    }

    TableIndex(RunningCode running) {
        this.running = running;
        var header = running.elf().header();
        Machine machine = Machine.of(header.machine(), header.is64(), header.order());
        // The two forms that a reference to a site has: a distance of four bytes, an address.
        this.kinds =
                machine == null
                        ? List.of()
                        : machine.relocations().stream()
                                .filter(k -> k.via() == Via.DIRECT && k.wholeBytes())
                                .filter(k -> k.pcRelative() ? k.width() == 4 : k.width() == 8)
                                .toList();
        this.code =
                running.elf().sections().stream()
                        .filter(section -> section.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR))
                        .map(s -> new Range(running.start(s), running.start(s) + s.size()))
                        .toList();
    }

    /** Addresses of the references to a site in the entries of a table, in order. */
    List<Long> fields(String table, long site) {
        Entries entries = known(table);
        List<Long> fields = new ArrayList<>(1);
        for (int i = entries.from(site);
                i < entries.sites.length && entries.sites[i] == site;
                i++) {
            fields.add(entries.fields[i]);
        }
        return fields;
    }

    /** How many entries of a table are about code in a range. */
    int entries(String table, long from, long to) {
        Entries entries = known(table);
        return entries.from(to) - entries.from(from);
    }

    private Entries known(String table) {
        return known.computeIfAbsent(table, this::read);
    }

    private @Nullable Range range(String table) {
        String bounds = BOUNDS.get(table);
        List<String> names = bounds == null ? List.of("") : List.of(bounds.split(" ", -1));
        List<KernelSymbol> start = running.symbols().named(names.getFirst());
        List<KernelSymbol> stop = running.symbols().named(names.getLast());
        if (start.size() == 1 && stop.size() == 1) {
            return new Range(start.getFirst().address(), stop.getFirst().address());
        }
        Section section = running.elf().section(table);
        if (section == null || !section.has(Elf.SHF_ALLOC)) {
            return null;
        }
        long first = running.start(section);
        return new Range(first, first + section.size());
    }

    /** The tables whose entries are part of what a function does. */
    static List<String> tables() {
        return BOUNDS.keySet().stream()
                .filter(t -> special(t).meaning() == SpecialSection.Meaning.BEHAVIOUR)
                .sorted()
                .toList();
    }

    private static SpecialSection special(String table) {
        return Objects.requireNonNull(SpecialSections.named(table), table);
    }

    private Entries read(String table) {
        Range range = range(table);
        if (range == null || range.start() == range.end()) {
            return Entries.NONE;
        }
        for (SpecialSection.Layout layout : special(table).layouts()) {
            for (RelocationKind kind : kinds) {
                Entries entries = sites(table, range, layout.size(), kind);
                if (entries != null) {
                    return entries;
                }
            }
        }
        throw new FormatException(
                running.elf().file(),
                table,
                -1,
                "entries of a known size that refer to code",
                range.end() - range.start() + " bytes of others");
    }

    /** The entries of that size by their sites; null if they are of another, or not about code. */
    private @Nullable Entries sites(String table, Range range, int size, RelocationKind kind) {
        int site = special(table).site();
        if (site + kind.width() > size || (range.end() - range.start()) % size != 0) {
            return null;
        }
        List<long[]> entries = new ArrayList<>();
        for (long field = range.start() + site; field < range.end(); field += size) {
            Long sum = running.sum(field, kind);
            if (sum == null) {
                return null;
            }
            // Linkers fill the page behind .smp_locks with zeros.
            boolean padding = sum == (kind.pcRelative() ? field : 0);
            if (!padding && !isCode(sum)) {
                return null;
            }
            if (!padding) {
                entries.add(new long[] {sum, field});
            }
        }
        entries.sort((a, b) -> Long.compare(a[0], b[0]));
        return new Entries(
                entries.stream().mapToLong(entry -> entry[0]).toArray(),
                entries.stream().mapToLong(entry -> entry[1]).toArray());
    }

    private boolean isCode(long address) {
        for (Range part : code) {
            if (part.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
