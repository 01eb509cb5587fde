package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.AuthorSection;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;
import suture.match.Comparer;
import suture.match.Correlation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tables that a linker collects or that describe code without belonging to a function: equal, or
 * refused.
 */
final class CollectedTables {
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

    /** Linux 6.1 {@code include/linux/export.h}: a section for each symbol, until the link. */
    private static final Pattern EXPORTS = Pattern.compile("_{2,3}(?:ksymtab|kcrctab)");

    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final Correlation correlation;
    private final Comparer comparer;
    private final AuthorWords words;
    private final List<Finding> findings;

    CollectedTables(
            ObjectGraph original,
            ObjectGraph patched,
            Correlation correlation,
            Comparer comparer,
            AuthorWords words,
            List<Finding> findings) {
        this.original = original;
        this.patched = patched;
        this.correlation = correlation;
        this.comparer = comparer;
        this.words = words;
        this.findings = findings;
    }

    void compare() {
        Outside before = new Outside(original);
        Outside after = new Outside(patched);
        Set<String> differing = new TreeSet<>();
        differing.addAll(differingTables(before.tables(), after.tables()));
        differing.addAll(differingEntries(before, after));
        for (String name : differing) {
            findings.add(differing(name, words.keeps(name)));
        }
    }

    private static Finding differing(String name, boolean excused) {
        if (excused || name.startsWith(".init") || name.startsWith(".exit")) {
            return Finding.note(
                    excused ? "changed-table" : "changed-init-table",
                    name,
                    name,
                    excused
                            ? "a table that the patch says to leave alone differs"
                            : "a table that was used at start-up differs");
        }
        return EXPORTS.matcher(name).lookingAt()
                ? Finding.warning(
                        "changed-exports",
                        name,
                        name,
                        "what is exported differs; modules go on to find what was exported before",
                        "leave the export out of the patch if a module is to be loaded with it")
                : Finding.error(
                        "changed-table",
                        name,
                        name,
                        "a table that the linker collects differs; the running one stays",
                        "leave out of the patch what adds to or changes " + name);
    }

    private Set<String> differingTables(
            Map<String, List<Atom>> before, Map<String, List<Atom>> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> {
            List<Atom> x = before.getOrDefault(name, List.of());
            List<Atom> y = after.getOrDefault(name, List.of());
            boolean equal = x.size() == y.size();
            for (int i = 0; equal && i < x.size(); i++) {
                equal = comparer.equal(x.get(i), y.get(i));
            }
            return equal;
        });
        return names;
    }

    /**
     * The sections with entries that have a name, that nothing in the object refers to, and that
     * have been added, have gone, or are other constants now. What changes of those that can be
     * written is said of each.
     */
    private Set<String> differingEntries(Outside before, Outside after) {
        Set<String> names = new TreeSet<>();
        for (Atom atom : original.atoms()) {
            if (before.isEntry(atom) && correlation.patchedOf(atom) == null) {
                names.add(sectionName(atom));
            }
        }
        for (Atom atom : patched.atoms()) {
            if (after.isEntry(atom) && differs(correlation.originalOf(atom), atom)) {
                names.add(sectionName(atom));
            }
        }
        return names;
    }

    private boolean differs(@Nullable Atom twin, Atom atom) {
        return twin == null || (!atom.state() && !comparer.equal(twin, atom));
    }

    private static String sectionName(Atom atom) {
        return atom.extents().getFirst().section().name();
    }

    /** What nothing in an object refers to, so that somebody else has to find it. */
    private static final class Outside {
        private final ObjectGraph graph;
        private final BitSet reached = new BitSet();
        private @Nullable Set<String> names;

        Outside(ObjectGraph graph) {
            this.graph = graph;
            for (Atom atom : graph.atoms()) {
                for (Reference reference : atom.references()) {
                    reached.set(reference.target().id());
                }
            }
        }

        boolean isEntry(Atom atom) {
            return atom.kind() == Atom.Kind.VARIABLE
                    && !atom.extents().isEmpty()
                    && !atom.madeForSite()
                    && !reached.get(atom.id())
                    && SpecialSections.named(sectionName(atom)) == null
                    && isPlaced(atom);
        }

        Map<String, List<Atom>> tables() {
            Map<String, List<Atom>> tables = new LinkedHashMap<>();
            for (Atom atom : graph.atoms()) {
                boolean loose =
                        atom.kind() == Atom.Kind.CONTENT
                                && !reached.get(atom.id())
                                && isPlaced(atom);
                boolean nameless =
                        atom.kind() == Atom.Kind.CODE
                                && atom.symbol() == null
                                && atom.owner() == null
                                && !reached.get(atom.id());
                SpecialSection special = atom.special();
                boolean ownerless =
                        special != null && atom.owner() == null && special.meaning().counts();
                if (loose || nameless || ownerless) {
                    tables.computeIfAbsent(sectionName(atom), n -> new ArrayList<>()).add(atom);
                }
            }
            return tables;
        }

        /**
         * Whether somebody chose its section, so as to find it there. What compilers place lies in
         * the general sections, or in one that is named for a function or variable; and a variable
         * that other files know is found by its name, wherever its author likes it to be.
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
}
