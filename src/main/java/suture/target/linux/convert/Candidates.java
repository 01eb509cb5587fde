package suture.target.linux.convert;

import suture.target.linux.image.KernelSymbol;
import suture.target.linux.image.ObjectSymbols;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All that the target has under one name. */
final class Candidates {
    private final List<Candidate> all = new ArrayList<>();

    /** One of them. */
    record Candidate(ObjectSymbols table, KernelSymbol symbol) {
        /** How an annotation names it. */
        String text() {
            return table.object() + "," + symbol.position();
        }

        /** The same with what helps to tell it from others. */
        String described() {
            StringBuilder text = new StringBuilder(text());
            text.append(" '").append(symbol.type()).append('\'');
            if (table.placed()) {
                text.append(" at 0x").append(Long.toHexString(symbol.address()));
                List<KernelSymbol> before = table.symbols().floor(symbol.address() - 1);
                long next =
                        symbol.address() + Math.max(0, table.symbols().extent(symbol.address()));
                List<KernelSymbol> after = table.symbols().at(next);
                if (!before.isEmpty() && !after.isEmpty()) {
                    text.append(" between ").append(before.getFirst().name());
                    text.append(" and ").append(after.getFirst().name());
                }
            }
            return text.toString();
        }
    }

    Candidates(String name, Collection<ObjectSymbols> tables) {
        for (ObjectSymbols table : tables) {
            table.symbols().named(name).forEach(s -> all.add(new Candidate(table, s)));
        }
    }

    List<Candidate> all() {
        return all;
    }

    /** All in words. */
    String described() {
        return all.stream().map(Candidate::described).collect(Collectors.joining("; "));
    }

    /** The names of the form NAME.SOMETHING, which compilers give to clones of NAME. */
    static List<String> clones(String name, ObjectSymbols table) {
        TreeSet<String> names = new TreeSet<>();
        for (KernelSymbol symbol : table.symbols().all()) {
            if (symbol.name().startsWith(name + ".")) {
                names.add(symbol.name());
            }
        }
        return new ArrayList<>(names);
    }
}
