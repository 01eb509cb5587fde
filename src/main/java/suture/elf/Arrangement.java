package suture.elf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives an object that somebody built its places: a copy of the model in which every index is
 * right, with a {@link Layout}.
 *
 * <p>Order in the file: ELF header, the contents of the sections in their order, each aligned, the
 * section header table. The same model gives the same bytes.
 */
final class Arrangement {
    private static final int SHN_LORESERVE = 0xff00;
    private static final int SHN_XINDEX = 0xffff;
    private static final SectionHeader NULL = new SectionHeader(0, 0, 0, 0, 0, 0, 0, 0);

    private final ElfObject model;
    private final Format format;

    /** The model's sections that travel, in their new order, without the tables at the end. */
    private final List<Section> kept = new ArrayList<>();

    private final Map<Section, Section> sections = new HashMap<>();
    private final Map<Symbol, Symbol> symbols = new HashMap<>();
    private final List<Symbol> symbolOrder = new ArrayList<>();
    private final List<Section> made = new ArrayList<>();
    private final Map<Section, RelocationSection> relocations = new HashMap<>();
    private final Map<Section, Group> groups = new HashMap<>();
    private int firstGlobal;

    Arrangement(ElfObject model) {
        this.model = model;
        this.format = new Format(model.header().is64(), model.header().order());
        if (!model.segments().isEmpty() || !model.dynamicSymbols().isEmpty()) {
            throw bad("a linked file (with segments or dynamic symbols) cannot be laid out");
        }
        model.relocationSections().forEach(r -> relocations.put(r.section(), r));
        model.groups().forEach(g -> groups.put(g.section(), g));
    }

    ElfObject arranged() {
        for (Section section : model.sections()) {
            if (!isDerived(section)) {
                kept.add(section);
            }
        }
        // Indices come first (links need them), then symbols (they need sections), then headers.
        Map<Section, Integer> index = new HashMap<>();
        for (int i = 0; i < kept.size(); i++) {
            index.put(kept.get(i), i + 1);
        }
        orderSymbols(index);
        makeSections(index);
        return finish();
    }

    private static boolean isDerived(Section section) {
        return switch (section.type()) {
            case Elf.SHT_NULL, Elf.SHT_SYMTAB, Elf.SHT_SYMTAB_SHNDX -> true;
            case Elf.SHT_STRTAB ->
                    section.name().equals(".strtab") || section.name().equals(".shstrtab");
            default -> false;
        };
    }

    private static boolean isNull(Symbol symbol) {
        return symbol.isUndefined()
                && symbol.name().isEmpty()
                && symbol.info() == 0
                && symbol.value() == 0;
    }

    /** Locals first (gABI 4: {@code sh_info} is the first that is not local). */
    private void orderSymbols(Map<Section, Integer> index) {
        List<Symbol> order = new ArrayList<>();
        for (Symbol symbol : model.symbols()) {
            if (symbol.isLocal() && !isNull(symbol)) {
                order.add(symbol);
            }
        }
        firstGlobal = order.size() + 1;
        for (Symbol symbol : model.symbols()) {
            if (!symbol.isLocal()) {
                order.add(symbol);
            }
        }
        symbolOrder.addAll(order);
        for (Symbol symbol : order) {
            Section section = symbol.section();
            if (section != null && !index.containsKey(section)) {
                throw bad("symbol " + symbol + " is in " + section + ", which is not in the list");
            }
        }
    }

    private void makeSections(Map<Section, Integer> index) {
        int symtab = kept.size() + 1;
        Map<Symbol, Integer> symbolIndex = new HashMap<>();
        for (int i = 0; i < symbolOrder.size(); i++) {
            symbolIndex.put(symbolOrder.get(i), i + 1);
        }
        made.add(new Section(0, "", NULL, Bytes.EMPTY));
        for (Section section : kept) {
            Section copy =
                    new Section(
                            made.size(),
                            section.name(),
                            header(section, index, symbolIndex, symtab),
                            section.content());
            made.add(copy);
            sections.put(section, copy);
        }
    }

    private SectionHeader header(
            Section section,
            Map<Section, Integer> index,
            Map<Symbol, Integer> symbolIndex,
            int symtab) {
        RelocationSection relocation = relocations.get(section);
        Group group = groups.get(section);
        if (relocation != null) {
            int entry = format.relocationSize(relocation.explicitAddend());
            Section target = relocation.target();
            if (target == null) {
                throw bad(section + " applies to no section");
            }
            long size = (long) entry * relocation.entries().size();
            return with(section, size, symtab, indexOf(index, target, section), entry);
        }
        if (group != null) {
            int signature =
                    isNull(group.signature())
                            ? 0
                            : indexOf(symbolIndex, group.signature(), section);
            return with(section, 4L + 4L * group.members().size(), symtab, signature, 4);
        }
        SectionHeader header = section.header();
        int info =
                section.has(Elf.SHF_INFO_LINK)
                        ? link(section, header.info(), index)
                        : header.info();
        long size = section.isNobits() ? header.size() : section.content().size();
        return with(section, size, link(section, header.link(), index), info, header.entrySize());
    }

    private static SectionHeader with(
            Section section, long size, int link, int info, long entrySize) {
        SectionHeader h = section.header();
        return new SectionHeader(
                h.type(), h.flags(), h.address(), size, link, info, h.alignment(), entrySize);
    }

    private int link(Section from, int position, Map<Section, Integer> index) {
        if (position == 0) {
            return 0;
        }
        if (Integer.compareUnsigned(position, model.sections().size()) >= 0) {
            throw bad(from + " is linked to section " + Integer.toUnsignedString(position));
        }
        Section target = model.sections().get(position);
        if (isDerived(target)) {
            // Its content may hold symbol indices, which change.
            throw bad(from + " depends on the symbol table in a way that is not known");
        }
        return indexOf(index, target, from);
    }

    private <T> int indexOf(Map<T, Integer> index, T thing, Section where) {
        Integer found = index.get(thing);
        if (found == null) {
            throw bad(where + " refers to " + thing + ", which is not in the list");
        }
        return found;
    }

    private ElfObject finish() {
        boolean extended = made.size() + 4 >= SHN_LORESERVE;
        StringTableBuilder strings = new StringTableBuilder();
        BitSet wide = new BitSet();
        int[] names = copySymbols(strings, wide);
        int symtab = made.size();
        int size = format.symbolSize();
        int strtab = symtab + (extended ? 2 : 1);
        long bytes = (long) size * symbols().size();
        table(".symtab", Elf.SHT_SYMTAB, bytes, strtab, firstGlobal, size, Bytes.EMPTY);
        if (extended) {
            long indices = 4L * symbols().size();
            table(".symtab_shndx", Elf.SHT_SYMTAB_SHNDX, indices, symtab, 0, 4, Bytes.EMPTY);
        }
        Bytes text = strings.content();
        table(".strtab", Elf.SHT_STRTAB, text.size(), 0, 0, 0, text);
        StringTableBuilder sectionNames = new StringTableBuilder();
        int own = sectionNames.add(".shstrtab");
        int[] sectionNameAt = new int[made.size() + 1];
        for (Section section : made) {
            sectionNameAt[section.index()] = sectionNames.add(section.name());
        }
        sectionNameAt[made.size()] = own;
        Bytes text2 = sectionNames.content();
        table(".shstrtab", Elf.SHT_STRTAB, text2.size(), 0, 0, 0, text2);
        return placed(sectionNameAt, new Layout.Names(names, wide));
    }

    private final List<Symbol> copies = new ArrayList<>();

    private List<Symbol> symbols() {
        return copies;
    }

    private int[] copySymbols(StringTableBuilder strings, BitSet wide) {
        int[] names = new int[symbolOrder.size() + 1];
        copies.add(new Symbol(0, "", 0, 0, 0, 0, new Symbol.Place.Undefined()));
        for (Symbol symbol : symbolOrder) {
            int index = copies.size();
            names[index] = strings.add(symbol.name());
            Section section = symbol.section();
            Section copied = section == null ? null : sections.get(section);
            if (copied != null && copied.index() >= SHN_LORESERVE) {
                wide.set(index);
            }
            Symbol copy =
                    new Symbol(
                            index,
                            symbol.name(),
                            symbol.value(),
                            symbol.size(),
                            symbol.info(),
                            symbol.other(),
                            copied == null ? symbol.place() : new Symbol.Place.InSection(copied));
            copies.add(copy);
            symbols.put(symbol, copy);
        }
        return names;
    }

    private void table(
            String name, int type, long size, int link, int info, int entry, Bytes content) {
        int alignment =
                switch (type) {
                    case Elf.SHT_SYMTAB -> format.addressSize();
                    case Elf.SHT_SYMTAB_SHNDX -> 4;
                    default -> 1;
                };
        SectionHeader header = new SectionHeader(type, 0, 0, size, link, info, alignment, entry);
        made.add(new Section(made.size(), name, header, content));
    }

    private ElfObject placed(int[] sectionNames, Layout.Names names) {
        int count = made.size();
        long[] offsets = new long[count];
        long at = format.headerSize();
        for (Section section : made.subList(1, count)) {
            at = aligned(at, section.header().alignment());
            offsets[section.index()] = at;
            at = Math.addExact(at, section.isNobits() ? 0 : section.size());
        }
        long table = aligned(at, format.addressSize());
        boolean many = count >= SHN_LORESERVE;
        if (many) {
            SectionHeader first = new SectionHeader(0, 0, 0, count, count - 1, 0, 0, 0);
            made.set(0, new Section(0, "", first, Bytes.EMPTY));
        }
        Layout.Counts counts =
                new Layout.Counts(
                        format.headerSize(),
                        0,
                        0,
                        format.sectionHeaderSize(),
                        many ? 0 : count,
                        many ? SHN_XINDEX : count - 1);
        Bytes image = Bytes.zeros(table + (long) count * format.sectionHeaderSize());
        Layout layout =
                new Layout(
                        image,
                        counts,
                        0,
                        table,
                        new Layout.Sections(offsets, sectionNames),
                        names,
                        Layout.Names.NONE);
        return new ElfObject(
                model.file(),
                model.header(),
                made,
                copies,
                List.of(),
                copyRelocations(),
                copyGroups(),
                List.of(),
                layout);
    }

    private static long aligned(long at, long alignment) {
        return alignment <= 1 ? at : Math.addExact(at, Math.floorMod(-at, alignment));
    }

    private List<RelocationSection> copyRelocations() {
        List<RelocationSection> all = new ArrayList<>();
        for (RelocationSection section : model.relocationSections()) {
            List<Relocation> entries = new ArrayList<>(section.entries().size());
            for (Relocation r : section.entries()) {
                Symbol symbol = copy(r.symbol(), section.section());
                entries.add(new Relocation(r.offset(), r.type(), symbol, r.addend()));
            }
            all.add(
                    new RelocationSection(
                            copy(section.section()),
                            section.target() == null ? null : copy(section.target()),
                            section.explicitAddend(),
                            entries));
        }
        return all;
    }

    private List<Group> copyGroups() {
        List<Group> all = new ArrayList<>();
        for (Group group : model.groups()) {
            all.add(
                    new Group(
                            copy(group.section()),
                            group.flags(),
                            copy(group.signature(), group.section()),
                            group.members().stream().map(this::copy).toList()));
        }
        return all;
    }

    private Section copy(Section section) {
        @Nullable Section copy = sections.get(section);
        if (copy == null) {
            throw bad(section + " is referred to and not in the list");
        }
        return copy;
    }

    private Symbol copy(Symbol symbol, Section where) {
        if (isNull(symbol)) {
            return copies.getFirst();
        }
        @Nullable Symbol copy = symbols.get(symbol);
        if (copy == null) {
            throw bad(where + " refers to symbol " + symbol + ", which is not in the list");
        }
        return copy;
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException(model.file() + ": " + what);
    }
}
