package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;
import suture.match.Comparer;
import suture.match.Correlation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Tables that a linker collects or that describe code without belonging to a function: equal, or
 * refused.
 */
final class CollectedTables {
    private static final List<String> ORDINARY =
            List.of(
                    ".rodata",
                    ".data",
                    ".bss",
                    ".text",
                    ".altinstr",
                    ".fixup",
                    ".sdata",
                    ".sbss",
                    ".srodata",
                    ".ldata",
                    ".lbss",
                    ".lrodata",
                    ".tdata",
                    ".tbss",
                    ".ref",
                    ".toc",
                    ".got");

    /** What a patch may add: hooks that a Xen payload runs, and words to kpatch-build. */
    private static final List<String> FOR_THE_PATCH = List.of(".livepatch.hooks.", ".kpatch.");

    /** Where {@code KPATCH_IGNORE_SECTION} and callbacks stand in objects of kpatch's own suite. */
    private static final String IGNORED = ".kpatch.ignore.sections";

    private static final String CALLBACKS = ".kpatch.callbacks.";

    /** Linux 6.1 {@code include/linux/export.h}: a section for each symbol, until the link. */
    private static final Pattern EXPORTS = Pattern.compile("_{2,3}(?:ksymtab|kcrctab)");

    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final Correlation correlation;
    private final Comparer comparer;
    private final List<Finding> findings;

    CollectedTables(
            ObjectGraph original,
            ObjectGraph patched,
            Correlation correlation,
            Comparer comparer,
            List<Finding> findings) {
        this.original = original;
        this.patched = patched;
        this.correlation = correlation;
        this.comparer = comparer;
        this.findings = findings;
    }

    void compare() {
        Set<Atom> before = reached(original);
        Set<Atom> after = reached(patched);
        Set<String> differing = new TreeSet<>();
        differing.addAll(differingTables(tables(original, before), tables(patched, after)));
        differing.addAll(differingEntries(before, after));
        Set<String> excused = new HashSet<>();
        for (Atom atom : patched.atoms()) {
            if (isIn(atom, IGNORED)) {
                atom.references().forEach(r -> excused.add(text(r)));
            } else if (isIn(atom, CALLBACKS)) {
                findings.add(
                        Finding.warning(
                                "kpatch-callback",
                                atom.name(),
                                sectionName(atom),
                                "a callback for kpatch, which nobody here runs",
                                "do what it does in code that the patch replaces"));
            }
        }
        for (String name : differing) {
            findings.add(differing(name, excused.contains(name)));
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

    private static boolean isIn(Atom atom, String section) {
        return atom.kind() == Atom.Kind.VARIABLE
                && !atom.extents().isEmpty()
                && sectionName(atom).startsWith(section);
    }

    /** The string that a pointer leads to; empty if there is none. */
    private static String text(Reference reference) {
        if (reference.target().kind() != Atom.Kind.STRING) {
            return "";
        }
        Extent string = reference.target().extents().get(reference.targetExtent());
        return string.section().content().cstring(string.offset() + reference.targetOffset());
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
    private Set<String> differingEntries(Set<Atom> before, Set<Atom> after) {
        Set<String> names = new TreeSet<>();
        for (Atom atom : original.atoms()) {
            if (isEntry(atom, before) && correlation.patchedOf(atom) == null) {
                names.add(sectionName(atom));
            }
        }
        for (Atom atom : patched.atoms()) {
            if (isEntry(atom, after) && differs(correlation.originalOf(atom), atom)) {
                names.add(sectionName(atom));
            }
        }
        return names;
    }

    private boolean differs(@Nullable Atom twin, Atom atom) {
        return twin == null || (!atom.state() && !comparer.equal(twin, atom));
    }

    private static boolean isEntry(Atom atom, Set<Atom> reached) {
        return atom.kind() == Atom.Kind.VARIABLE
                && !atom.extents().isEmpty()
                && !atom.madeForSite()
                && !reached.contains(atom)
                && SpecialSections.named(sectionName(atom)) == null
                && !isOrdinary(atom);
    }

    private static boolean isOrdinary(Atom atom) {
        String name = sectionName(atom);
        return FOR_THE_PATCH.stream().anyMatch(name::startsWith)
                || ORDINARY.stream().anyMatch(name::startsWith);
    }

    private static Set<Atom> reached(ObjectGraph graph) {
        Set<Atom> reached = new HashSet<>();
        for (Atom atom : graph.atoms()) {
            for (Reference reference : atom.references()) {
                reached.add(reference.target());
            }
        }
        return reached;
    }

    private static Map<String, List<Atom>> tables(ObjectGraph graph, Set<Atom> reached) {
        Map<String, List<Atom>> tables = new LinkedHashMap<>();
        for (Atom atom : graph.atoms()) {
            boolean loose =
                    atom.kind() == Atom.Kind.CONTENT
                            && !reached.contains(atom)
                            && !isOrdinary(atom);
            boolean nameless =
                    atom.kind() == Atom.Kind.CODE
                            && atom.symbol() == null
                            && atom.owner() == null
                            && !reached.contains(atom);
            SpecialSection special = atom.special();
            boolean ownerless =
                    special != null && atom.owner() == null && special.meaning().counts();
            if (loose || nameless || ownerless) {
                tables.computeIfAbsent(sectionName(atom), n -> new ArrayList<>()).add(atom);
            }
        }
        return tables;
    }

    private static String sectionName(Atom atom) {
        return atom.extents().getFirst().section().name();
    }
}
