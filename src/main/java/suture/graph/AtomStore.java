package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The atoms while a graph is being built. */
final class AtomStore {
    private static final List<String> UNIT_NOISE =
            List.of(
                    ".discard",
                    ".note",
                    ".eh_frame",
                    ".modinfo",
                    ".orc_unwind",
                    ".orc_header",
                    ".sframe",
                    ".llvm");

    private final ElfObject object;
    private final String[] files;
    private final List<Atom> atoms = new ArrayList<>();
    private final AtomMap map;
    private final Map<Symbol, Atom> strangers = new HashMap<>();
    private final @Nullable Atom[] externals;
    private final boolean[] counts;

    AtomStore(ElfObject object) {
        this.object = object;
        this.map = new AtomMap(object.sections().size());
        this.externals = new Atom[object.symbols().size()];
        this.counts = new boolean[object.sections().size()];
        for (Section section : object.sections()) {
            counts[section.index()] = reachable(section);
        }
        this.files = new String[object.symbols().size()];
        String file = "";
        for (Symbol symbol : object.symbols()) {
            if (symbol.type() == Elf.STT_FILE) {
                file = symbol.name();
            }
            files[symbol.index()] = symbol.isLocal() ? file : "";
        }
    }

    ElfObject object() {
        return object;
    }

    List<Atom> atoms() {
        return atoms;
    }

    AtomMap map() {
        return map;
    }

    /** Whether the section is loaded and says something that code or data can reach. */
    boolean counts(Section section) {
        return counts[section.index()];
    }

    private static boolean reachable(Section section) {
        if (!section.has(Elf.SHF_ALLOC) || section.type() == Elf.SHT_NOTE) {
            return false;
        }
        if (SpecialSections.named(section.name()) != null) {
            return true;
        }
        return AuthorSection.of(section) != null
                || UNIT_NOISE.stream().noneMatch(section.name()::startsWith);
    }

    /**
     * Whether what lies in the section changes at run time; a table that is only relocated does
     * not.
     */
    static boolean writable(Section section) {
        return section.has(Elf.SHF_WRITE)
                && !section.name().startsWith(".data.rel.ro")
                && !section.name().startsWith(".toc")
                && !section.name().startsWith(".got");
    }

    /** A new atom, not yet entered in the map. */
    Atom add(
            Atom.Kind kind, List<Symbol> symbols, @Nullable SpecialSection special, Extent extent) {
        Symbol best = symbols.isEmpty() ? null : best(symbols, extent.section());
        boolean state = kind != Atom.Kind.ENTRY && writable(extent.section());
        Atom atom =
                new Atom(
                        atoms.size(),
                        kind,
                        best,
                        List.copyOf(symbols),
                        best == null ? "" : files[best.index()],
                        state,
                        special,
                        List.of(extent));
        atoms.add(atom);
        return atom;
    }

    /** The atom of a symbol that no section holds. */
    Atom external(Symbol symbol) {
        List<Symbol> symbols = object.symbols();
        int index = symbol.index();
        if (index >= symbols.size() || symbols.get(index) != symbol) {
            return strangers.computeIfAbsent(symbol, this::addExternal); // of another table
        }
        Atom known = externals[index];
        if (known == null) {
            known = addExternal(symbol);
            externals[index] = known;
        }
        return known;
    }

    private Atom addExternal(Symbol symbol) {
        Atom atom =
                new Atom(
                        atoms.size(),
                        Atom.Kind.EXTERNAL,
                        symbol,
                        List.of(symbol),
                        "",
                        false,
                        null,
                        List.of());
        atoms.add(atom);
        return atom;
    }

    /** The atom that a symbol names, where the symbol stands in a section with atoms. */
    AtomMap.@Nullable Hit named(Symbol symbol) {
        Section section = symbol.section();
        return section == null ? null : map.find(section, symbol.value());
    }

    /**
     * Of several names of one place the one that the section is called after, a global one, a sized
     * one, the first.
     */
    private static Symbol best(List<Symbol> symbols, Section section) {
        if (symbols.size() == 1) {
            return symbols.getFirst();
        }
        Comparator<Symbol> order =
                Comparator.comparing((Symbol s) -> !section.name().endsWith("." + s.name()))
                        .thenComparing(Symbol::isLocal)
                        .thenComparing(s -> s.size() == 0)
                        .thenComparingInt(Symbol::index);
        return symbols.stream().min(order).orElseThrow();
    }

    /** Enters the atoms' extents in the map, section by section. */
    void enter(Section section, List<AtomMap.Hit> hits) {
        map.put(section, hits);
    }

    /** Gives each entry to the code whose site it describes. */
    void settleEntries() {
        Map<Atom, List<Sited>> entries = new LinkedHashMap<>();
        for (Atom atom : atoms) {
            SpecialSection special = atom.special();
            if (special == null) {
                continue;
            }
            for (Reference reference : atom.references()) {
                if (reference.offset() == special.site() && reference.target().code()) {
                    Atom owner = owner(special, reference.target());
                    atom.setOwner(owner);
                    entries.computeIfAbsent(owner, a -> new ArrayList<>())
                            .add(new Sited(special.name(), reference, atom));
                    break;
                }
            }
        }
        entries.forEach((owner, list) -> {
            list.sort(BY_SITE);
            owner.setEntries(list.stream().map(Sited::entry).toList());
        });
    }

    /**
     * Code without a name right in front of a function is room for a tracer that belongs to it
     * ({@code -fpatchable-function-entry=4,2}); its site is the function's.
     */
    private Atom owner(SpecialSection special, Atom target) {
        if (special.meaning().counts() || target.symbol() != null) {
            return target;
        }
        Extent extent = target.extents().getFirst();
        long end = extent.offset() + extent.size();
        AtomMap.Hit next = map.find(extent.section(), end);
        if (next == null || next.extent() != 0 || next.offset() != end) {
            return target;
        }
        return next.atom().kind() == Atom.Kind.FUNCTION ? next.atom() : target;
    }

    /** An entry, the table it is in, and the site it describes. */
    private record Sited(String table, Reference site, Atom entry) {}

    private static final Comparator<Sited> BY_SITE =
            Comparator.comparing(Sited::table)
                    .thenComparingInt(s -> s.site().targetExtent())
                    .thenComparingLong(s -> s.site().targetOffset())
                    .thenComparingInt(s -> s.entry().id());
}
