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

    /**
     * A place in the matched object.
     *
     * @param start where the thing begins that is meant, if it is known; the place itself may be
     *     the end of the thing, where another one begins or the section ends
     */
    record Place(Section section, long offset, long start) {}

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
        Symbol there = thing(object, name, section, offset);
        if (isOwn(section)) {
            return new Place(section, offset, there == null ? offset : there.value());
        }
        Symbol symbol = there == null ? null : symbol(there);
        return there == null || symbol == null || symbol.section() == null
                ? null
                : new Place(
                        symbol.section(), symbol.value() + offset - there.value(), symbol.value());
    }

    /** The only thing of that name around a place, or that ends there. */
    private static @Nullable Symbol thing(
            ElfObject object, String name, Section section, long offset) {
        List<Symbol> named =
                object.symbols().stream()
                        .filter(s -> s.section() == section && s.name().equals(name))
                        .filter(s -> Original.isThing(s) && s.value() <= offset)
                        .toList();
        List<Symbol> around =
                named.stream().filter(s -> offset < s.value() + Math.max(1, s.size())).toList();
        List<Symbol> there =
                around.isEmpty()
                        ? named.stream().filter(s -> offset == s.value() + s.size()).toList()
                        : around;
        return there.size() == 1 ? there.getFirst() : null;
    }

    private boolean isOwn(Section section) {
        return section.index() < matched.sections().size()
                && matched.sections().get(section.index()) == section;
    }
}
