package suture.target.linux.verify;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.SectionHeader;
import suture.elf.Symbol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** One fault, put into a copy of a module. */
final class Edit {
    private UnaryOperator<Section> sections = s -> s;
    private UnaryOperator<Symbol> symbols = s -> s;
    private BiFunction<RelocationSection, Relocation, List<Relocation>> relocations =
            (_, r) -> List.of(r);

    /** Another name and place for a symbol. */
    static Edit symbol(String name, String to, Symbol.@Nullable Place place) {
        Edit edit = new Edit();
        edit.symbols =
                s ->
                        s.name().equals(name)
                                ? new Symbol(
                                        s.index(),
                                        to,
                                        s.value(),
                                        s.size(),
                                        s.info(),
                                        s.other(),
                                        place == null ? s.place() : place)
                                : s;
        return edit;
    }

    /** Another name and other flags for a section. */
    static Edit section(String name, String to, long flags) {
        Edit edit = new Edit();
        edit.sections = s -> s.name().equals(name) ? copy(s, to, flags, s.content()) : s;
        return edit;
    }

    /** Another text for each occurrence of one in a section's content. */
    static Edit text(String section, String from, String to) {
        Edit edit = new Edit();
        edit.sections =
                s -> {
                    String all = new String(s.content().toArray(), StandardCharsets.ISO_8859_1);
                    return s.name().equals(section)
                            ? copy(
                                    s,
                                    section,
                                    s.header().flags(),
                                    Bytes.of(
                                            all.replace(from, to)
                                                    .getBytes(StandardCharsets.ISO_8859_1)))
                            : s;
                };
        return edit;
    }

    /** Something else in the place of a section's first relocation. */
    static Edit first(
            String section, java.util.function.Function<Relocation, List<Relocation>> to) {
        Edit edit = new Edit();
        edit.relocations =
                (owner, r) ->
                        owner.section().name().equals(section) && owner.entries().getFirst() == r
                                ? to.apply(r)
                                : List.of(r);
        return edit;
    }

    private static Section copy(Section s, String name, long flags, Bytes content) {
        SectionHeader h = s.header();
        var header =
                new SectionHeader(
                        h.type(),
                        flags,
                        h.address(),
                        Math.max(h.size(), content.size()),
                        h.link(),
                        h.info(),
                        h.alignment(),
                        h.entrySize());
        return new Section(s.index(), name, header, content);
    }

    ElfObject apply(ElfObject module) {
        Map<Section, Section> section = new HashMap<>();
        List<Section> all = new ArrayList<>();
        for (Section old : module.sections()) {
            Section made = sections.apply(old);
            section.put(old, made);
            all.add(made);
        }
        Map<Symbol, Symbol> symbol = new HashMap<>();
        List<Symbol> table = new ArrayList<>();
        for (Symbol old : module.symbols()) {
            Symbol made = moved(symbols.apply(old), section);
            symbol.put(old, made);
            table.add(made);
        }
        List<RelocationSection> filled = new ArrayList<>();
        for (RelocationSection old : module.relocationSections()) {
            List<Relocation> entries = new ArrayList<>();
            for (Relocation entry : old.entries()) {
                for (Relocation r : relocations.apply(old, entry)) {
                    Symbol to = symbol.getOrDefault(r.symbol(), r.symbol());
                    entries.add(new Relocation(r.offset(), r.type(), to, r.addend()));
                }
            }
            Section target = old.target() == null ? null : section.get(old.target());
            Section own = section.getOrDefault(old.section(), old.section());
            filled.add(new RelocationSection(own, target, true, entries));
        }
        return new ElfObject(
                module.file(),
                module.header(),
                all,
                table,
                List.of(),
                filled,
                List.of(),
                List.of(),
                null);
    }

    private static Symbol moved(Symbol s, Map<Section, Section> section) {
        Section own = s.section();
        Section to = own == null ? null : section.get(own);
        return to == null || to == own
                ? s
                : new Symbol(
                        s.index(),
                        s.name(),
                        s.value(),
                        s.size(),
                        s.info(),
                        s.other(),
                        new Symbol.Place.InSection(to));
    }
}
