package suture.graph;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.machine.RelocationKind;

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
    private static final int LONGEST_PREFIX = 16;
    private static final int LARGEST_CHARACTER = 8;
    private static final int LARGEST_PADDING = 4096;
    private static final int INT3 = 0xcc;

    private final Machine machine;
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
        this.machine = machine;
        this.store = store;
        this.symbols = symbols;
        this.relocations = relocations;
        this.cutPoints = cutPoints;
        this.findings = findings;
    }

    void cut() {
        for (Section section : store.object().sections()) {
            if (store.counts(section)
                    && (section.size() > 0 || !symbols.get(section.index()).isEmpty())) {
                SpecialSection special = SpecialSections.named(section.name());
                if (special != null) {
                    cutEntries(section, special);
                } else if (section.isNobits() || !section.has(Elf.SHF_MERGE)) {
                    cutAtSymbols(section);
                } else if (section.has(Elf.SHF_STRINGS)) {
                    cutStrings(section);
                } else if (section.header().entrySize() > 0) {
                    cutElements(section);
                } else {
                    cutAtSymbols(section);
                }
            }
        }
    }

    private void cutEntries(Section section, SpecialSection special) {
        int size = EntrySize.of(section, special, relocations.get(section.index()), machine.name());
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
        long claimed = Math.max(1, section.header().entrySize());
        if (claimed > LARGEST_CHARACTER) {
            throw new FormatException(
                    store.object().file(),
                    section.toString(),
                    -1,
                    "characters of at most " + LARGEST_CHARACTER + " bytes",
                    claimed + " bytes");
        }
        int width = (int) claimed;
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
        for (long at = 0; at < section.size(); ) {
            long length = Math.min(size, section.size() - at);
            hits.add(anonymous(Atom.Kind.CONTENT, section, at, length));
            at += length;
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
        if (code) {
            attachPrefixes(section, hits);
        }
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

    /** Short code-less ranges in front of a function belong to it. */
    private void attachPrefixes(Section section, List<AtomMap.Hit> hits) {
        List<AtomMap.Hit> sorted = new ArrayList<>(hits);
        sorted.sort(Comparator.comparingLong(AtomMap.Hit::offset));
        for (int i = 0; i + 1 < sorted.size(); i++) {
            Atom gap = sorted.get(i).atom();
            Atom next = sorted.get(i + 1).atom();
            boolean before =
                    gap.symbol() == null
                            && gap.size() <= LONGEST_PREFIX
                            && next.kind() == Atom.Kind.FUNCTION
                            && sorted.get(i).offset() + gap.size() == sorted.get(i + 1).offset()
                            && sorted.get(i + 1).extent() == 0;
            boolean referenced =
                    Arrays.binarySearch(cutPoints[section.index()], sorted.get(i).offset()) >= 0;
            if (before && !referenced) {
                next.setPrefix(gap);
            }
        }
    }

    /** What lies between symbols; padding is left out. */
    private void cutGap(Section section, long from, long to, boolean code, List<AtomMap.Hit> hits) {
        if (from >= to) {
            return;
        }
        long start = from;
        long[] points = cutPoints[section.index()];
        int next = Arrays.binarySearch(points, from);
        for (int i = next < 0 ? -next - 1 : next; i < points.length && points[i] < to; i++) {
            if (points[i] > start) {
                addGap(section, start, points[i], code, hits);
            }
            start = points[i];
        }
        addGap(section, start, to, code, hits);
    }

    private void addGap(Section section, long from, long to, boolean code, List<AtomMap.Hit> hits) {
        boolean referenced = Arrays.binarySearch(cutPoints[section.index()], from) >= 0;
        if (code && from < to && !referenced) {
            long field = firstField(section, from, to);
            if (field > from && field < to && codePadding(section, from, field)) {
                addGap(section, field, to, true, hits);
                return;
            }
        }
        boolean padding = code ? codePadding(section, from, to) : padding(section, from, to);
        if (referenced || !padding) {
            hits.add(
                    anonymous(code ? Atom.Kind.CODE : Atom.Kind.CONTENT, section, from, to - from));
        }
    }

    /**
     * Whether the range can only be alignment: nothing refers to it and it refers to nothing, it
     * comes behind something, is smaller than the section's alignment, and is zeros.
     */
    private boolean padding(Section section, long from, long to) {
        long size = to - from;
        return from > 0
                && size < Math.min(section.header().alignment(), LARGEST_PADDING)
                && firstField(section, from, to) == to
                && new Extent(section, from, size).content().equals(Bytes.zeros(size));
    }

    /**
     * Whether the range between functions does nothing: zeros, traps or instructions without
     * effect.
     */
    private boolean codePadding(Section section, long from, long to) {
        if (section.isNobits()) {
            return true;
        }
        if (firstField(section, from, to) < to) {
            return false;
        }
        Bytes content = new Extent(section, from, to - from).content();
        boolean filled = true;
        for (long i = 0; i < content.size() && filled; i++) {
            int value = content.u8(i);
            filled = value == 0 || value == INT3;
        }
        if (filled) {
            return true;
        }
        InstructionCursor cursor = machine.instructions(content);
        while (cursor.next()) {
            if (!cursor.valid() || !cursor.nop()) {
                return false;
            }
        }
        return true;
    }

    /** Where the first relocation of the range stands; its end if it has none. */
    private long firstField(Section section, long from, long to) {
        List<Relocation> fields = relocations.get(section.index());
        int next = TextScan.firstAt(fields, from);
        while (next < fields.size() && isMarker(fields.get(next))) {
            next++;
        }
        return next < fields.size() ? Math.min(to, fields.get(next).offset()) : to;
    }

    private boolean isMarker(Relocation relocation) {
        RelocationKind kind = machine.relocation(relocation.type());
        return kind != null && kind.noop();
    }
}
