package suture.graph;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.machine.Machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts what the text cutter left: special sections at their entries, mergeable ones at their
 * elements, all others at their symbols, and what no symbol covers at the places that something
 * refers to.
 */
final class DataCutter {
    private final String machine;
    private final AtomStore store;
    private final List<List<Symbol>> symbols;
    private final List<List<Relocation>> relocations;
    private final long[][] cutPoints;
    private final List<Finding> findings;

    DataCutter(
            Machine machine,
            AtomStore store,
            List<List<Symbol>> symbols,
            List<List<Relocation>> relocations,
            long[][] cutPoints,
            List<Finding> findings) {
        this.machine = machine.name();
        this.store = store;
        this.symbols = symbols;
        this.relocations = relocations;
        this.cutPoints = cutPoints;
        this.findings = findings;
    }

    void cut() {
        for (Section section : store.object().sections()) {
            if (AtomStore.counts(section)
                    && (section.size() > 0 || !symbols.get(section.index()).isEmpty())) {
                SpecialSection special = SpecialSections.named(section.name());
                if (special != null) {
                    cutEntries(section, special);
                } else if (section.has(Elf.SHF_MERGE | Elf.SHF_STRINGS)) {
                    cutStrings(section);
                } else if (section.has(Elf.SHF_MERGE) && section.header().entrySize() > 0) {
                    cutElements(section);
                } else {
                    cutAtSymbols(section);
                }
            }
        }
    }

    private void cutEntries(Section section, SpecialSection special) {
        int size = EntrySize.of(section, special, relocations.get(section.index()), machine);
        if (size == 0) {
            findings.add(
                    Finding.error(
                            "unknown-entry-size",
                            section.name(),
                            store.object().file() + ": " + section.name(),
                            "no known entry size fits the section's "
                                    + section.size()
                                    + " bytes and its relocations",
                            "report the kernel version and architecture: the table of special"
                                    + " sections needs its size"));
            return;
        }
        List<AtomMap.Hit> hits = new ArrayList<>();
        for (long at = 0; at < section.size(); at += size) {
            Extent extent = new Extent(section, at, Math.min(size, section.size() - at));
            hits.add(new AtomMap.Hit(store.add(Atom.Kind.ENTRY, List.of(), special, extent), 0));
        }
        store.enter(section, hits);
    }

    private void cutStrings(Section section) {
        Bytes content = section.content();
        int width = (int) Math.max(1, section.header().entrySize());
        List<AtomMap.Hit> hits = new ArrayList<>();
        for (long at = 0; at < content.size(); ) {
            long end = terminator(content, at, width);
            hits.add(anonymous(Atom.Kind.STRING, section, at, end - at));
            at = end;
        }
        store.enter(section, hits);
    }

    /** Offset behind the element of zeros that ends the string. */
    private static long terminator(Bytes content, long from, int width) {
        if (width == 1) {
            long nul = content.indexOf(0, from);
            return nul < 0 ? content.size() : nul + 1;
        }
        for (long at = from; at + width <= content.size(); at += width) {
            boolean zero = true;
            for (int i = 0; i < width; i++) {
                zero &= content.u8(at + i) == 0;
            }
            if (zero) {
                return at + width;
            }
        }
        return content.size();
    }

    private void cutElements(Section section) {
        long size = section.header().entrySize();
        List<AtomMap.Hit> hits = new ArrayList<>();
        for (long at = 0; at < section.size(); at += size) {
            hits.add(
                    anonymous(Atom.Kind.CONTENT, section, at, Math.min(size, section.size() - at)));
        }
        store.enter(section, hits);
    }

    private AtomMap.Hit anonymous(Atom.Kind kind, Section section, long offset, long size) {
        return new AtomMap.Hit(
                store.add(kind, List.of(), null, new Extent(section, offset, size)), 0);
    }

    private void cutAtSymbols(Section section) {
        boolean code = section.has(Elf.SHF_EXECINSTR);
        List<AtomMap.Hit> hits = new ArrayList<>(store.map().in(section));
        List<Extent> covered = new ArrayList<>();
        if (code) {
            hits.forEach(hit -> covered.add(hit.atom().extents().get(hit.extent())));
            covered.sort(Comparator.comparingLong(Extent::offset));
        } else {
            cutVariables(section, hits, covered);
        }
        long free = 0;
        for (Extent extent : covered) {
            cutGap(section, free, extent.offset(), code, hits);
            free = extent.offset() + extent.size();
        }
        cutGap(section, free, section.size(), code, hits);
        store.enter(section, hits);
    }

    private void cutVariables(Section section, List<AtomMap.Hit> hits, List<Extent> covered) {
        List<Symbol> all = symbols.get(section.index());
        long end = 0;
        for (int i = 0; i < all.size(); ) {
            long offset = all.get(i).value();
            int next = i;
            long size = 0;
            while (next < all.size() && all.get(next).value() == offset) {
                size = Math.max(size, all.get(next++).size());
            }
            List<Symbol> names = all.subList(i, next);
            i = next;
            long limit = next < all.size() ? all.get(next).value() : section.size();
            long last = Math.min(section.size(), size == 0 ? limit : offset + size);
            if (offset < end || last < offset) {
                continue;
            }
            end = last;
            Extent extent = new Extent(section, offset, last - offset);
            covered.add(extent);
            hits.add(new AtomMap.Hit(store.add(Atom.Kind.VARIABLE, names, null, extent), 0));
        }
    }

    /**
     * What lies between symbols: in data all of it, in code only what something refers to; the rest
     * is padding.
     */
    private void cutGap(Section section, long from, long to, boolean code, List<AtomMap.Hit> hits) {
        if (from >= to) {
            return;
        }
        long start = from;
        boolean open = !code;
        long[] points = cutPoints[section.index()];
        int next = Arrays.binarySearch(points, from);
        for (int i = next < 0 ? -next - 1 : next; i < points.length && points[i] < to; i++) {
            if (open && points[i] > start) {
                addGap(section, start, points[i], code, hits);
            }
            start = points[i];
            open = true;
        }
        if (open) {
            addGap(section, start, to, code, hits);
        }
    }

    private void addGap(Section section, long from, long to, boolean code, List<AtomMap.Hit> hits) {
        boolean referenced = Arrays.binarySearch(cutPoints[section.index()], from) >= 0;
        if (referenced || code || !padding(section, from, to)) {
            hits.add(
                    anonymous(code ? Atom.Kind.CODE : Atom.Kind.CONTENT, section, from, to - from));
        }
    }

    /**
     * Whether the range can only be alignment: nothing refers to it, it is short, and it is zeros.
     */
    private boolean padding(Section section, long from, long to) {
        long alignment = Math.max(32, section.header().alignment());
        return to - from < alignment
                && new Extent(section, from, to - from).content().equals(Bytes.zeros(to - from));
    }
}
