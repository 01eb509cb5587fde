package suture.target.linux.klp;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfHeader;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.SectionHeader;
import suture.elf.Symbol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The module in the making: parts by name, labels, imports. */
final class Draft {
    private static final int RELA_ENTRY = 24;

    private final ElfHeader header;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final List<Label> locals = new ArrayList<>();
    private final Map<String, Label> globals = new TreeMap<>();
    private final Map<String, Label> aliases = new HashMap<>();
    private final Map<String, Label> imports = new TreeMap<>();
    private final Map<KlpNames.Name, Label> livepatch =
            new TreeMap<>(Comparator.comparing(KlpNames.Name::toString));

    private final Map<Part, Section> sections = new HashMap<>();
    private final Map<Label, Symbol> symbols = new HashMap<>();

    /** A module with the header of an object of its machine. */
    Draft(ElfHeader header) {
        this.header = header;
    }

    /** The part of that name, which is made if it is new. */
    Part part(String name, int type, long flags) {
        Part part = parts.get(name);
        if (part == null || part.isNobits() != (type == Elf.SHT_NOBITS)) {
            String key = part == null ? name : name + "\0nobits";
            return parts.computeIfAbsent(key, _ -> new Part(name, type, flags, header.order()));
        }
        return part;
    }

    Collection<Part> parts() {
        return parts.values();
    }

    Label local(Part part, String name, long value, long size, int type) {
        Label label = Label.in(part, name, value, size, type);
        locals.add(label);
        return label;
    }

    Label global(Part part, String name, long value, long size, int type) {
        Label label = Label.in(part, name, value, size, Elf.STB_GLOBAL << 4 | type);
        if (globals.put(name, label) != null) {
            throw new IllegalStateException("defined twice: " + name);
        }
        return label;
    }

    Label absolute(Symbol symbol) {
        Label label = Label.absolute(symbol);
        locals.add(label);
        return label;
    }

    /** Binds undefined symbols of that name to a label; the name itself is not in the module. */
    void alias(String name, Label label) {
        aliases.put(name, label);
    }

    /** A symbol that this module defines globally, or that the kernel exports. */
    Label named(String name) {
        Label own = aliases.getOrDefault(name, globals.get(name));
        return own == null ? imports.computeIfAbsent(name, Label::imported) : own;
    }

    Collection<String> imports() {
        return imports.keySet();
    }

    Label livepatch(KlpNames.Name name, boolean function) {
        return livepatch.computeIfAbsent(name, n -> Label.livepatch(n, function));
    }

    /** The object, in a fixed order: parts, then their relocations, then those for later. */
    ElfObject finish(String file) {
        List<Section> all = new ArrayList<>();
        all.add(new Section(0, "", new SectionHeader(0, 0, 0, 0, 0, 0, 0, 0), Bytes.EMPTY));
        Set<Part> referred = referred();
        List<Part> filled =
                parts.values().stream().filter(p -> p.size() > 0 || referred.contains(p)).toList();
        for (Part part : filled) {
            Bytes content = part.isNobits() ? Bytes.EMPTY : part.bytes();
            var head =
                    new SectionHeader(
                            part.type(), part.flags(), 0, part.size(), 0, 0, part.alignment(), 0);
            Section section = new Section(all.size(), part.name(), head, content);
            all.add(section);
            sections.put(part, section);
        }
        List<Symbol> table = table(filled);
        List<RelocationSection> relocations = new ArrayList<>();
        for (Part part : filled) {
            if (!part.fixups().isEmpty()) {
                String name = ".rela" + part.name();
                relocations.add(relocations(all, name, Elf.SHF_INFO_LINK, part, part.fixups()));
            }
        }
        for (Part part : filled) {
            long flags = Elf.SHF_ALLOC | Elf.SHF_INFO_LINK | Elf.SHF_RELA_LIVEPATCH;
            part.livepatch()
                    .forEach((object, fixups) -> {
                        String name = KlpNames.RELA + object + '.' + part.name();
                        relocations.add(relocations(all, name, flags, part, fixups));
                    });
        }
        return new ElfObject(
                file, header, all, table, List.of(), relocations, List.of(), List.of(), null);
    }

    /** Parts that a field refers to; one of them may be empty: a variable without a size. */
    private Set<Part> referred() {
        Set<Part> referred = new HashSet<>();
        for (Part part : parts.values()) {
            for (Part.Fixup fixup : part.fixups()) {
                Part target = fixup.label().part();
                if (target != null) {
                    referred.add(target);
                }
            }
        }
        return referred;
    }

    private List<Symbol> table(List<Part> filled) {
        List<Symbol> table = new ArrayList<>();
        table.add(new Symbol(0, "", 0, 0, 0, 0, new Symbol.Place.Undefined()));
        filled.forEach(part -> add(table, part.own()));
        locals.forEach(label -> add(table, label));
        globals.values().forEach(label -> add(table, label));
        livepatch.values().forEach(label -> add(table, label));
        imports.values().forEach(label -> add(table, label));
        return table;
    }

    private void add(List<Symbol> table, Label label) {
        Symbol.Place place = label.elsewhere();
        if (place == null) {
            Section section = sections.get(Objects.requireNonNull(label.part()));
            if (section == null) {
                return;
            }
            place = new Symbol.Place.InSection(section);
        }
        Symbol symbol =
                new Symbol(
                        table.size(),
                        label.name(),
                        label.value(),
                        label.size(),
                        label.info(),
                        0,
                        place);
        table.add(symbol);
        symbols.put(label, symbol);
    }

    private RelocationSection relocations(
            List<Section> all, String name, long flags, Part part, List<Part.Fixup> fixups) {
        long size = (long) RELA_ENTRY * fixups.size();
        var head = new SectionHeader(Elf.SHT_RELA, flags, 0, size, 0, 0, 8, RELA_ENTRY);
        Section section = new Section(all.size(), name, head, Bytes.EMPTY);
        all.add(section);
        List<Relocation> entries = new ArrayList<>();
        for (Part.Fixup fixup : fixups) {
            Symbol symbol =
                    Objects.requireNonNull(symbols.get(fixup.label()), fixup.label().name());
            entries.add(new Relocation(fixup.at(), fixup.type(), symbol, fixup.addend()));
        }
        entries.sort(Comparator.comparingLong(Relocation::offset));
        Section target = Objects.requireNonNull(sections.get(part));
        return new RelocationSection(section, target, true, entries);
    }
}
