package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.graph.Atom;
import suture.graph.AuthorSection;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What nothing in an object refers to, so that somebody else has to find it. */
public final class Outside {
    /**
     * How sections begin that compilers name: System V gABI "Special Sections", small and large
     * data and tables of addresses of psABIs, gcc's {@code varasm.c} for what is relocated; and
     * Linux' {@code .ref}, which says nothing but whom modpost shall not warn.
     */
    private static final Pattern GENERAL =
            Pattern.compile(
                    "\\.(?:[lst]?(?:data|bss)|[ls]?rodata|ref|toc|got)[12]?(?:\\.rel(?:\\.ro)?(?:\\.local)?)?"
                        + "(?=\\.|$)");

    private static final String CODE = ".text.";

    private final ObjectGraph graph;
    private final BitSet reached = new BitSet();
    private @Nullable Set<String> names;

    /** Looks through all references of an object. */
    public Outside(ObjectGraph graph) {
        this.graph = graph;
        for (Atom atom : graph.atoms()) {
            for (Reference reference : atom.references()) {
                reached.set(reference.target().id());
            }
        }
    }

    /** Whether the atom is data that somebody placed where somebody else looks for it. */
    public boolean isPlacedData(Atom atom) {
        return isLoose(atom) || isEntry(atom);
    }

    /** Data without a name, as assembler writes it. */
    private boolean isLoose(Atom atom) {
        return atom.kind() == Atom.Kind.CONTENT && !reached.get(atom.id()) && isPlaced(atom);
    }

    /** Data with a name. */
    boolean isEntry(Atom atom) {
        return atom.kind() == Atom.Kind.VARIABLE
                && !atom.extents().isEmpty()
                && !atom.madeForSite()
                && !reached.get(atom.id())
                && SpecialSections.named(sectionName(atom)) == null
                && isPlaced(atom);
    }

    /** What has no name, by its section: data, code, and entries about nothing that is here. */
    Map<String, List<Atom>> tables() {
        Map<String, List<Atom>> tables = new LinkedHashMap<>();
        for (Atom atom : graph.atoms()) {
            boolean nameless =
                    atom.kind() == Atom.Kind.CODE
                            && atom.symbol() == null
                            && atom.owner() == null
                            && !reached.get(atom.id());
            SpecialSection special = atom.special();
            boolean ownerless =
                    special != null && atom.owner() == null && special.meaning().counts();
            if (isLoose(atom) || nameless || ownerless) {
                tables.computeIfAbsent(sectionName(atom), n -> new ArrayList<>()).add(atom);
            }
        }
        return tables;
    }

    static String sectionName(Atom atom) {
        return atom.extents().getFirst().section().name();
    }

    /**
     * Whether somebody chose its section, so as to find it there. What compilers place lies in the
     * general sections, or in one that is named for a function or variable; and a variable that
     * other files know is found by its name, wherever its author likes it to be.
     */
    private boolean isPlaced(Atom atom) {
        Section section = atom.extents().getFirst().section();
        String name = section.name();
        boolean word = atom.symbol() != null && AuthorSection.of(section) != null;
        if (word || section.has(Elf.SHF_EXECINSTR)) {
            return false;
        }
        Matcher general = GENERAL.matcher(name);
        if (!general.lookingAt()) {
            return true;
        }
        if (general.end() == name.length() || section.has(Elf.SHF_MERGE) || atom.visible()) {
            return false;
        }
        String chosen = name.substring(general.end() + 1);
        return !chosen.startsWith(".L")
                && !(atom.symbol() == null
                        ? names().contains(chosen)
                        : atom.symbols().stream().anyMatch(s -> s.name().equals(chosen)));
    }

    /** What code and data here have for names; and the sections of code that have one. */
    private Set<String> names() {
        Set<String> known = names;
        if (known == null) {
            known = new HashSet<>();
            for (Atom atom : graph.atoms()) {
                if (!atom.extents().isEmpty()) {
                    for (Symbol symbol : atom.symbols()) {
                        known.add(symbol.name());
                    }
                    if (atom.code() && sectionName(atom).startsWith(CODE)) {
                        known.add(sectionName(atom).substring(CODE.length()));
                    }
                }
            }
            names = known;
        }
        return known;
    }
}
