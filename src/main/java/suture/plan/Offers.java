package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.diff.ObjectDiff;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.graph.Atom;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a patch lets other units see of one: functions and variables that have a global name which
 * they do not have in the running unit. They may be new, or run there as static ones.
 */
final class Offers {
    private final Map<String, Offer> byName = new LinkedHashMap<>();

    private record Offer(Atom atom, Symbol symbol) {}

    private final Set<Section> copies = new HashSet<>();

    private Offers() {}

    static Offers of(ObjectDiff diff) {
        Offers offers = new Offers();
        diff.patched().object().groups().forEach(group -> offers.copies.addAll(group.members()));
        for (Atom atom : diff.patched().atoms()) {
            if (atom.visible() && !atom.extents().isEmpty()) {
                offers.add(atom, globalNames(diff.correlation().originalOf(atom)));
            }
        }
        return offers;
    }

    private void add(Atom atom, Set<String> before) {
        for (Symbol symbol : globals(atom)) {
            if (!before.contains(symbol.name())) {
                byName.put(symbol.name(), new Offer(atom, symbol));
            }
        }
    }

    private static Set<String> globalNames(@Nullable Atom atom) {
        Set<String> names = new HashSet<>();
        if (atom != null) {
            globals(atom).forEach(symbol -> names.add(symbol.name()));
        }
        return names;
    }

    private static List<Symbol> globals(Atom atom) {
        return atom.symbols().stream().filter(symbol -> !symbol.isLocal()).toList();
    }

    /** Whether there is anything. */
    boolean any() {
        return !byName.isEmpty();
    }

    /** The names. */
    Set<String> names() {
        return byName.keySet();
    }

    /** What a name of {@link #names} means, in the patched object. */
    Atom atom(String name) {
        return offer(name).atom;
    }

    /** The symbol of a name of {@link #names}. */
    Symbol symbol(String name) {
        return offer(name).symbol;
    }

    /** Whether it is code of a group, which each unit that needs it has the same copy of. */
    boolean isCopy(String name) {
        return atom(name).code() && copies.contains(symbol(name).section());
    }

    private Offer offer(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }
}
