package suture.target.linux.klp;

import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.machine.Machine;
import suture.machine.RelocationKind;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Appends a compiled object to the draft, section by section, as {@code ld -r} with the kernel's
 * module.lds does: sections of one name become one, {@code .discard*} and what is not loaded go.
 */
final class GlueMerge {
    private static final long KEPT_FLAGS = Elf.SHF_WRITE | Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;
    private static final List<String> DROPPED =
            List.of(".discard", ".eh_frame", ".note.gnu.property", ".note.GNU-stack", ".llvm");

    private record Place(Part part, long offset) {}

    private final Draft draft;
    private final Machine machine;
    private final ElfObject glue;
    private final Map<Section, Place> places = new HashMap<>();
    private final Map<Symbol, Label> labels = new HashMap<>();

    GlueMerge(Draft draft, Machine machine, ElfObject glue) {
        this.draft = draft;
        this.machine = machine;
        this.glue = glue;
    }

    void merge() {
        for (Section section : glue.sections()) {
            if (isKept(section)) {
                long flags = section.header().flags() & KEPT_FLAGS;
                Part part = draft.part(section.name(), section.type(), flags);
                long at =
                        part.append(
                                section.content(), section.size(), section.header().alignment());
                places.put(section, new Place(part, at));
            }
        }
        for (Symbol symbol : glue.symbols()) {
            define(symbol);
        }
        for (Section section : glue.sections()) {
            Place place = places.get(section);
            if (place != null) {
                glue.relocations(section).forEach(r -> relocate(place, r));
            }
        }
    }

    private static boolean isKept(Section section) {
        return section.has(Elf.SHF_ALLOC)
                && section.size() > 0
                && DROPPED.stream().noneMatch(section.name()::startsWith);
    }

    private void define(Symbol symbol) {
        Section section = symbol.section();
        Place place = section == null ? null : places.get(section);
        if (place == null || symbol.type() == Elf.STT_SECTION) {
            return;
        }
        long value = place.offset() + symbol.value();
        Label label =
                symbol.isLocal()
                        ? draft.local(
                                place.part(), symbol.name(), value, symbol.size(), symbol.type())
                        : draft.global(
                                place.part(), symbol.name(), value, symbol.size(), symbol.type());
        labels.put(symbol, label);
    }

    private void relocate(Place place, Relocation relocation) {
        RelocationKind kind = machine.relocation(relocation.type());
        if (kind == null) {
            throw new FormatException(
                    glue.file(),
                    place.part().name(),
                    relocation.offset(),
                    "a relocation type of " + machine,
                    "type " + relocation.type());
        }
        if (kind.noop()) {
            return;
        }
        Symbol symbol = relocation.symbol();
        Section section = symbol.section();
        Label label = labels.get(symbol);
        long addend = relocation.addend();
        if (label == null && section != null) {
            Place target = places.get(section);
            if (target == null) {
                throw new FormatException(
                        glue.file(),
                        place.part().name(),
                        relocation.offset(),
                        "a reference to a section that is loaded",
                        section.name());
            }
            label = target.part().own();
            addend += target.offset() + symbol.value();
        }
        Label to = label == null ? draft.named(symbol.name()) : label;
        place.part()
                .fix(
                        new Part.Fixup(
                                place.offset() + relocation.offset(),
                                relocation.type(),
                                to,
                                addend),
                        kind.width());
    }
}
