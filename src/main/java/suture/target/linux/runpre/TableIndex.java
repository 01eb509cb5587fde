package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.Section;
import suture.machine.RelocationKind;
import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.RunningCode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables of sites in the running code, by the sites. */
final class TableIndex {
    /** All fields of all tables stand at multiples of four bytes. */
    private static final int STEP = 4;

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
    private final Map<Key, Map<Long, List<Long>>> known = new HashMap<>();

    private record Key(String table, RelocationKind kind) {}

    private record Range(long start, long end) {}

    TableIndex(RunningCode running) {
        this.running = running;
    }

    /** Addresses of the fields of a table that refer to a site. */
    List<Long> fields(String table, RelocationKind kind, long site) {
        return known.computeIfAbsent(new Key(table, kind), this::read)
                .getOrDefault(site, List.of());
    }

    private Map<Long, List<Long>> read(Key key) {
        Map<Long, List<Long>> sites = new HashMap<>();
        Range range = range(key.table());
        if (range != null) {
            for (long at = range.start(); at + key.kind().width() <= range.end(); at += STEP) {
                Long sum = running.sum(at, key.kind());
                if (sum != null) {
                    sites.computeIfAbsent(sum, _ -> new ArrayList<>(1)).add(at);
                }
            }
        }
        return sites;
    }

    private @Nullable Range range(String table) {
        Section section = running.elf().section(table);
        if (section != null && section.has(Elf.SHF_ALLOC)) {
            long start = running.start(section);
            return new Range(start, start + section.size());
        }
        String bounds = BOUNDS.get(table);
        if (bounds == null) {
            return null;
        }
        List<String> names = List.of(bounds.split(" ", -1));
        List<KernelSymbol> start = running.symbols().named(names.getFirst());
        List<KernelSymbol> stop = running.symbols().named(names.getLast());
        return start.size() == 1 && stop.size() == 1
                ? new Range(start.getFirst().address(), stop.getFirst().address())
                : null;
    }
}
