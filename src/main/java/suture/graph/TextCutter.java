package suture.graph;

import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts executable sections at their function symbols. Symbols at one place are names of one atom; a
 * symbol inside another function's range is a place in it. A cold part becomes a further extent of
 * its function, wherever it lies.
 */
final class TextCutter {
    private final AtomStore store;
    private final List<List<Symbol>> symbols;
    private final Map<Section, List<AtomMap.Hit>> hits = new HashMap<>();
    private final Map<String, Atom> functions = new HashMap<>();

    TextCutter(AtomStore store, List<List<Symbol>> symbols) {
        this.store = store;
        this.symbols = symbols;
    }

    void cut() {
        List<Cold> colds = new ArrayList<>();
        for (Section section : store.object().sections()) {
            if (section.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR)) {
                cut(section, symbols.get(section.index()), colds);
            }
        }
        if (!colds.isEmpty()) {
            store.atoms().forEach(this::nameParent);
            colds.forEach(this::attach);
        }
        hits.forEach(store::enter);
    }

    private void nameParent(Atom atom) {
        for (Symbol name : atom.symbols()) {
            functions.putIfAbsent(atom.file() + "\0" + name.name(), atom);
            functions.putIfAbsent(name.name(), atom);
        }
    }

    private record Cold(Symbol symbol, Extent extent) {}

    private void cut(Section section, List<Symbol> all, List<Cold> colds) {
        boolean functionsOnly = all.stream().anyMatch(TextCutter::isFunction);
        List<Symbol> starts =
                all.stream().filter(s -> isFunction(s) || !functionsOnly || !s.isLocal()).toList();
        long covered = 0;
        for (int i = 0; i < starts.size(); ) {
            long offset = starts.get(i).value();
            int next = i;
            long size = 0;
            while (next < starts.size() && starts.get(next).value() == offset) {
                size = Math.max(size, starts.get(next++).size());
            }
            List<Symbol> names = starts.subList(i, next);
            i = next;
            if (offset < covered || offset > section.size()) {
                continue;
            }
            long limit = next < starts.size() ? starts.get(next).value() : section.size();
            long end =
                    Math.min(section.size(), size == 0 ? Math.max(limit, offset) : offset + size);
            covered = end;
            add(names, new Extent(section, offset, end - offset), colds);
        }
    }

    private static boolean isFunction(Symbol symbol) {
        return symbol.type() == Elf.STT_FUNC || symbol.type() == Elf.STT_GNU_IFUNC;
    }

    private void add(List<Symbol> names, Extent extent, List<Cold> colds) {
        Symbol first = names.getFirst();
        if (names.size() == 1 && NameGrammar.isCold(first.name())) {
            colds.add(new Cold(first, extent));
            return;
        }
        Atom.Kind kind =
                names.stream().anyMatch(TextCutter::isFunction)
                        ? Atom.Kind.FUNCTION
                        : Atom.Kind.CODE;
        Atom atom = store.add(kind, names, null, extent);
        enter(atom, 0, extent);
    }

    private void attach(Cold cold) {
        String parentName = NameGrammar.coldParent(cold.symbol().name());
        Atom own = store.add(Atom.Kind.FUNCTION, List.of(cold.symbol()), null, cold.extent());
        Atom parent = functions.get(own.file() + "\0" + parentName);
        if (parent == null) {
            parent = functions.get(parentName);
        }
        if (parent == null) {
            enter(own, 0, cold.extent());
            return;
        }
        store.atoms().removeLast();
        parent.addExtent(cold.extent());
        enter(parent, parent.extents().size() - 1, cold.extent());
    }

    private void enter(Atom atom, int extent, Extent range) {
        hits.computeIfAbsent(range.section(), s -> new ArrayList<>())
                .add(new AtomMap.Hit(atom, extent));
    }
}
