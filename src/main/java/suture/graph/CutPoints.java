package suture.graph;

import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.machine.RelocationKind;
import suture.machine.Via;

import java.util.Arrays;
import java.util.List;

/**
 * The places that something refers to.
 *
 * <p>A table of distances, {@code .long target - table} for each entry, needs care: the assembler
 * turns each entry into a PC-relative field, with an addend that grows from entry to entry by the
 * entry's distance from the table's start (gcc's jump tables and clang's relative lookup tables in
 * position-independent code). Such fields count from the start of the table: a run of fields
 * without a gap from a place on that something refers to.
 */
final class CutPoints {
    private final ElfObject object;
    private final AtomStore store;
    private final TextScan scan;
    private final List<List<Relocation>> relocations;
    private final List<List<Symbol>> symbols;
    private final long[][] points;
    private final int[] counts;

    CutPoints(
            AtomStore store,
            TextScan scan,
            List<List<Relocation>> relocations,
            List<List<Symbol>> symbols) {
        this.object = store.object();
        this.store = store;
        this.scan = scan;
        this.relocations = relocations;
        this.symbols = symbols;
        this.points = new long[object.sections().size()][];
        this.counts = new int[points.length];
        Arrays.fill(points, new long[0]);
    }

    /** For each section the places in it that something refers to, ascending. */
    long[][] find() {
        for (Section section : object.sections()) {
            if (store.counts(section) && !holdsTables(section)) {
                addTargets(section);
            }
        }
        settle();
        for (Section section : object.sections()) {
            if (store.counts(section) && holdsTables(section)) {
                countFromTables(section);
            }
        }
        for (Section section : object.sections()) {
            if (store.counts(section) && holdsTables(section)) {
                addTargets(section);
            }
        }
        settle();
        return points;
    }

    /** Whether compilers put their tables there. */
    private static boolean holdsTables(Section section) {
        return section.name().startsWith(".rodata") || section.name().startsWith(".data.rel.ro");
    }

    private void addTargets(Section section) {
        List<Relocation> all = relocations.get(section.index());
        for (int i = 0; i < all.size(); i++) {
            Symbol symbol = all.get(i).symbol();
            Section target = symbol.section();
            if (target != null && !scan.kind(section, all.get(i)).noop()) {
                add(target.index(), symbol.value() + scan.beyond(section, i));
            }
        }
    }

    private void add(int section, long place) {
        long[] list = points[section];
        int count = counts[section]++;
        if (count == list.length) {
            list = Arrays.copyOf(list, Math.max(4, 2 * count));
            points[section] = list;
        }
        list[count] = place;
    }

    private void settle() {
        for (int i = 0; i < points.length; i++) {
            long[] list = Arrays.copyOf(points[i], counts[i]);
            Arrays.sort(list);
            int kept = 0;
            for (long place : list) {
                if (kept == 0 || list[kept - 1] != place) {
                    list[kept++] = place;
                }
            }
            points[i] = Arrays.copyOf(list, kept);
            counts[i] = kept;
        }
    }

    /**
     * A field with a relocation for what is added and one for what is taken away is an entry too:
     * RISC-V has both kinds in one table.
     */
    private void countFromTables(Section section) {
        List<Relocation> fields = relocations.get(section.index());
        long table = -1;
        long end = -1;
        long last = -1;
        for (int i = 0; i < fields.size(); i++) {
            Relocation field = fields.get(i);
            RelocationKind kind = scan.kind(section, field);
            boolean entry = kind.pcRelative() || kind.via() == Via.ARITHMETIC;
            if (!entry || !kind.wholeBytes()) {
                continue;
            }
            if (isStart(section, field.offset())) {
                table = field.offset();
            } else if (field.offset() != end && field.offset() != last) {
                table = -1;
            }
            last = field.offset();
            end = last + kind.width();
            if (table >= 0 && kind.pcRelative()) {
                scan.countFrom(section, i, table);
            }
        }
    }

    private boolean isStart(Section section, long offset) {
        if (Arrays.binarySearch(points[section.index()], offset) >= 0) {
            return true;
        }
        List<Symbol> all = symbols.get(section.index());
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).value() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < all.size() && all.get(low).value() == offset;
    }
}
