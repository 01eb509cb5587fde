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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

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
    private final Map<String, NavigableMap<Long, List<Long>>> known = new HashMap<>();

    private final List<RelocationKind> kinds;

    private record Range(long start, long end) {}

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
    }

    /** Addresses of the references to a site in the entries of a table, in order. */
    List<Long> fields(String table, long site) {
        return known(table).getOrDefault(site, List.of());
    }

    /** How many entries of a table are about code in a range. */
    int entries(String table, long from, long to) {
        return known(table).subMap(from, true, to, false).values().stream()
                .mapToInt(List::size)
                .sum();
    }

    private NavigableMap<Long, List<Long>> known(String table) {
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

    private NavigableMap<Long, List<Long>> read(String table) {
        Range range = range(table);
        if (range == null || range.start() == range.end()) {
            return new TreeMap<>();
        }
        for (SpecialSection.Layout layout : special(table).layouts()) {
            for (RelocationKind kind : kinds) {
                NavigableMap<Long, List<Long>> sites = sites(table, range, layout.size(), kind);
                if (sites != null) {
                    return sites;
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

    /** The entries of that size by their sites; null if one of them is not about code. */
    private @Nullable NavigableMap<Long, List<Long>> sites(
            String table, Range range, int size, RelocationKind kind) {
        NavigableMap<Long, List<Long>> sites = new TreeMap<>();
        long site = range.start() + special(table).site();
        for (; site + kind.width() <= range.end(); site += size) {
            Long sum = running.sum(site, kind);
            if (sum == null) {
                return null;
            }
            // Linkers fill the page behind .smp_locks with zeros.
            boolean padding = sum == (kind.pcRelative() ? site : 0);
            if (!padding && !isCode(sum)) {
                return null;
            }
            if (!padding) {
                sites.computeIfAbsent(sum, _ -> new ArrayList<>(1)).add(site);
            }
        }
        return sites;
    }

    private boolean isCode(long address) {
        for (Section section : running.elf().sections()) {
            long offset = address - running.start(section);
            if (section.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR)
                    && offset >= 0
                    && offset < section.size()) {
                return true;
            }
        }
        return false;
    }
}
