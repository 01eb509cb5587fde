package suture.target.linux.runpre;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;

import java.util.List;

/**
 * Finds a thing of one build of a unit in another build of the same source that differs only in how
 * things are spread over sections. A name that only one thing has is what they share; the sizes of
 * variables must agree.
 */
final class Twin {
    private final ElfObject matched;

    /** A thing by its place in the matched object. */
    record Place(Section section, long offset) {}

    Twin(ElfObject matched) {
        this.matched = matched;
    }

    /** The symbol in the matched object; null if there is none, or more than one. */
    @Nullable Symbol symbol(Symbol other) {
        Section section = other.section();
        if (section != null && isOwn(section)) {
            return other;
        }
        List<Symbol> named =
                matched.symbols().stream()
                        .filter(s -> s.section() != null && s.name().equals(other.name()))
                        .filter(s -> s.type() == other.type())
                        .toList();
        boolean one = named.size() == 1 && !other.name().isEmpty();
        boolean function = other.type() == Elf.STT_FUNC;
        // A jump to a neighbour is shorter in the same section.
        return one && (function || named.getFirst().size() == other.size())
                ? named.getFirst()
                : null;
    }

    /**
     * A place in the matched object, or null.
     *
     * @param object the object that the section is of
     * @param name the name of the thing there, empty if it has none
     */
    @Nullable Place place(ElfObject object, String name, Section section, long offset) {
        if (isOwn(section)) {
            return new Place(section, offset);
        }
        List<Symbol> there =
                object.symbols().stream()
                        .filter(s -> s.section() == section && s.name().equals(name))
                        .filter(s -> Original.isThing(s) && s.value() <= offset)
                        .filter(s -> offset < s.value() + Math.max(1, s.size()))
                        .toList();
        Symbol symbol = there.size() == 1 ? symbol(there.getFirst()) : null;
        return symbol == null || symbol.section() == null
                ? null
                : new Place(symbol.section(), symbol.value() + offset - there.getFirst().value());
    }

    private boolean isOwn(Section section) {
        return section.index() < matched.sections().size()
                && matched.sections().get(section.index()) == section;
    }
}
