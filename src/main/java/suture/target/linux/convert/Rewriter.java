package suture.target.linux.convert;

import org.jspecify.annotations.Nullable;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfWriter;
import suture.elf.Group;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.SectionHeader;
import suture.elf.Symbol;
import suture.target.linux.klp.KlpNames;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the module anew: decided symbols renamed and marked SHN_LIVEPATCH, their relocations moved
 * to {@code .klp.rela.OBJECT.SECTION}, annotations gone. Everything else stays in its order.
 */
final class Rewriter {
    private static final SectionHeader NULL = new SectionHeader(0, 0, 0, 0, 0, 0, 0, 0);

    private final ElfObject module;
    private final Map<Symbol, Decision> decisions;
    private final Set<Section> dropped;
    private final List<String> facts;
    private final List<Section> sections = new ArrayList<>();
    private final Map<Section, Section> sectionOf = new HashMap<>();
    private final Map<Symbol, Symbol> symbolOf = new HashMap<>();
    private final List<RelocationSection> relocations = new ArrayList<>();

    /**
     * @param dropped sections that do not travel
     * @param facts what to add to {@code .modinfo}, KEY=VALUE
     */
    Rewriter(
            ElfObject module,
            Map<Symbol, Decision> decisions,
            Set<Section> dropped,
            List<String> facts) {
        this.module = module;
        this.decisions = decisions;
        this.dropped = dropped;
        this.facts = facts;
    }

    Bytes write() {
        for (Section section : module.sections()) {
            Section copy = copy(section);
            sections.add(copy);
            sectionOf.put(section, copy);
        }
        List<Symbol> symbols = symbols();
        for (RelocationSection section : module.relocationSections()) {
            Section target = section.target();
            if (target == null || !dropped.contains(target)) {
                relocate(section);
            }
        }
        return ElfWriter.write(
                new ElfObject(
                        module.file(),
                        module.header(),
                        sections,
                        symbols,
                        List.of(),
                        relocations,
                        module.groups().stream().map(this::copy).toList(),
                        List.of(),
                        null));
    }

    private Group copy(Group group) {
        Symbol signature = symbolOf.get(group.signature());
        return new Group(
                now(group.section()),
                group.flags(),
                signature == null ? group.signature() : signature,
                group.members().stream().map(this::now).toList());
    }

    /** A dropped section leaves a null section, so that the positions of all others stay. */
    private Section copy(Section section) {
        if (isDropped(section)) {
            return new Section(section.index(), "", NULL, Bytes.EMPTY);
        }
        if (section.name().equals(".modinfo")) {
            ByteSink content = new ByteSink(module.header().order());
            content.put(section.content());
            facts.forEach(content::cstring);
            return new Section(
                    section.index(), section.name(), section.header(), content.toBytes());
        }
        return section;
    }

    private boolean isDropped(Section section) {
        if (dropped.contains(section)) {
            return true;
        }
        for (RelocationSection relocation : module.relocationSections()) {
            if (relocation.section() == section) {
                Section target = relocation.target();
                return target != null && dropped.contains(target);
            }
        }
        return false;
    }

    private List<Symbol> symbols() {
        List<Symbol> all = new ArrayList<>();
        for (Symbol symbol : module.symbols()) {
            Symbol copy = copy(symbol, all.size());
            if (copy != null) {
                all.add(copy);
                symbolOf.put(symbol, copy);
            }
        }
        return all;
    }

    private @Nullable Symbol copy(Symbol symbol, int index) {
        Section section = symbol.section();
        if (section != null && dropped.contains(section)) {
            return null;
        }
        if (decisions.get(symbol) instanceof Decision.Livepatch(_, KlpNames.Name name)) {
            return new Symbol(
                    index,
                    name.toString(),
                    0,
                    0,
                    Elf.STB_GLOBAL << 4 | symbol.type(),
                    symbol.other(),
                    new Symbol.Place.Reserved(Elf.SHN_LIVEPATCH));
        }
        return new Symbol(
                index,
                symbol.name(),
                symbol.value(),
                symbol.size(),
                symbol.info(),
                symbol.other(),
                section == null ? symbol.place() : new Symbol.Place.InSection(now(section)));
    }

    private Section now(Section section) {
        Section copy = sectionOf.get(section);
        if (copy == null) {
            throw new IllegalStateException("not a section of the module: " + section);
        }
        return copy;
    }

    private void relocate(RelocationSection section) {
        Section target = section.target();
        boolean loaded = target != null && target.has(Elf.SHF_ALLOC);
        List<Relocation> kept = new ArrayList<>();
        Map<String, List<Relocation>> moved = new LinkedHashMap<>();
        for (Relocation relocation : section.entries()) {
            Symbol symbol = symbolOf.get(relocation.symbol());
            if (symbol == null) {
                if (loaded) {
                    throw new FormatException(
                            module.file(),
                            section.section().name(),
                            relocation.offset(),
                            "no reference to an annotation",
                            relocation.symbol().toString());
                }
                continue;
            }
            Relocation copy =
                    new Relocation(
                            relocation.offset(), relocation.type(), symbol, relocation.addend());
            // The module loader leaves sections alone that are not loaded, whatever they refer to.
            if (loaded
                    && decisions.get(relocation.symbol())
                            instanceof Decision.Livepatch(String patched, _)) {
                moved.computeIfAbsent(patched, _ -> new ArrayList<>()).add(copy);
            } else {
                kept.add(copy);
            }
        }
        Section own = now(section.section());
        Section place = target == null ? null : now(target);
        relocations.add(new RelocationSection(own, place, section.explicitAddend(), kept));
        if (place != null) {
            moved.forEach((object, entries) -> add(object, place, entries));
        }
    }

    private void add(String object, Section target, List<Relocation> entries) {
        long flags = Elf.SHF_ALLOC | Elf.SHF_INFO_LINK | Elf.SHF_RELA_LIVEPATCH;
        var header = new SectionHeader(Elf.SHT_RELA, flags, 0, 0, 0, 0, 8, 24);
        String name = KlpNames.RELA + object + '.' + target.name();
        Section section = new Section(sections.size(), name, header, Bytes.EMPTY);
        sections.add(section);
        relocations.add(new RelocationSection(section, target, true, entries));
    }
}
