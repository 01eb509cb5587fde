package suture.target.xen.payload;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfHeader;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.SectionHeader;
import suture.elf.Symbol;

import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The payload in the making: parts by name, labels, imports. */
final class Draft {
    private static final int RELA_ENTRY = 24;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final ElfHeader header;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final List<Label> labels = new ArrayList<>();
    private final Map<String, Label> imports = new TreeMap<>();

    private final Map<Part, Section> sections = new HashMap<>();
    private final Map<Label, Symbol> symbols = new HashMap<>();

    /** A payload with the header of an object of its machine. */
    Draft(ElfHeader header) {
        this.header = header;
    }

    /** The part of that name, which is made if it is new. */
    Part part(String name, int type, long flags) {
        return parts.computeIfAbsent(name, _ -> new Part(name, type, flags));
    }

    Collection<Part> parts() {
        return parts.values();
    }

    void label(Label label) {
        labels.add(label);
    }

    List<Label> labels() {
        return List.copyOf(labels);
    }

    Label imported(String name) {
        return imports.computeIfAbsent(name, Label::imported);
    }

    /**
     * What identifies everything in it so far: SHA-1 of the parts, their relocations and names, in
     * order. As long as a build id of binutils.
     */
    Bytes digest() {
        ByteSink all = new ByteSink(ORDER);
        for (Part part : parts.values()) {
            all.cstring(part.name()).u64(part.size()).u64(part.flags()).put(part.bytes());
            for (Part.Fixup fixup : part.fixups()) {
                Label label = fixup.label();
                Part target = label.part();
                all.u64(fixup.at()).u32(fixup.type()).u64(fixup.addend()).u64(label.value());
                all.cstring(target == null ? "" : target.name()).cstring(label.name());
            }
        }
        for (Label label : labels) {
            all.cstring(label.name()).u64(label.value()).u64(label.size());
        }
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Bytes.of(sha1.digest(all.toBytes().toArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * The object, in a fixed order: parts, then their relocations.
     *
     * @param mark what names of new things end in
     */
    ElfObject finish(String file, String mark) {
        List<Section> all = new ArrayList<>();
        all.add(new Section(0, "", new SectionHeader(0, 0, 0, 0, 0, 0, 0, 0), Bytes.EMPTY));
        for (Part part : parts.values()) {
            boolean empty = part.type() == Elf.SHT_NOBITS;
            var head =
                    new SectionHeader(
                            part.type(), part.flags(), 0, part.size(), 0, 0, part.alignment(), 0);
            Section section =
                    new Section(all.size(), part.name(), head, empty ? Bytes.EMPTY : part.bytes());
            all.add(section);
            sections.put(part, section);
        }
        List<Symbol> table = table(mark);
        List<RelocationSection> relocations = new ArrayList<>();
        for (Part part : parts.values()) {
            if (!part.fixups().isEmpty()) {
                relocations.add(relocations(all, part));
            }
        }
        return new ElfObject(
                file, header, all, table, List.of(), relocations, List.of(), List.of(), null);
    }

    private List<Symbol> table(String mark) {
        List<Symbol> table = new ArrayList<>();
        table.add(new Symbol(0, "", 0, 0, 0, 0, new Symbol.Place.Undefined()));
        parts.values().stream()
                .filter(part -> (part.flags() & Elf.SHF_ALLOC) != 0)
                .forEach(part -> add(table, part.own(), mark));
        List<Label> named = new ArrayList<>(labels);
        named.sort(
                Comparator.comparing((Label l) -> l.info() >>> 4).thenComparing(l -> l.name(mark)));
        named.forEach(label -> add(table, label, mark));
        imports.values().forEach(label -> add(table, label, mark));
        return table;
    }

    private void add(List<Symbol> table, Label label, String mark) {
        Part part = label.part();
        Symbol.Place place =
                part == null
                        ? new Symbol.Place.Undefined()
                        : new Symbol.Place.InSection(Objects.requireNonNull(sections.get(part)));
        Symbol symbol =
                new Symbol(
                        table.size(),
                        label.name(mark),
                        label.value(),
                        label.size(),
                        label.info(),
                        0,
                        place);
        table.add(symbol);
        symbols.put(label, symbol);
    }

    private RelocationSection relocations(List<Section> all, Part part) {
        long size = (long) RELA_ENTRY * part.fixups().size();
        var head = new SectionHeader(Elf.SHT_RELA, Elf.SHF_INFO_LINK, 0, size, 0, 0, 8, RELA_ENTRY);
        Section section = new Section(all.size(), ".rela" + part.name(), head, Bytes.EMPTY);
        all.add(section);
        List<Relocation> entries = new ArrayList<>();
        for (Part.Fixup fixup : part.fixups()) {
            Symbol symbol =
                    Objects.requireNonNull(symbols.get(fixup.label()), fixup.label().name());
            entries.add(new Relocation(fixup.at(), fixup.type(), symbol, fixup.addend()));
        }
        entries.sort(Comparator.comparingLong(Relocation::offset));
        return new RelocationSection(
                section, Objects.requireNonNull(sections.get(part)), true, entries);
    }
}
