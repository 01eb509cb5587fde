package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.ObjectGraph;
import suture.graph.Reference;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;
import suture.graph.Unpatchable;
import suture.match.Comparer;
import suture.match.Correlation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Verdicts on data, and on tables that nothing in the object refers to. */
final class DataDiffer {
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

    /** Hooks are what a patch may add: the payload runs them. */
    private static final String HOOKS = ".livepatch.hooks.";

    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final Correlation correlation;
    private final Comparer comparer;
    private final List<Finding> findings;

    DataDiffer(
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

    List<DataVerdict> verdicts() {
        List<DataVerdict> verdicts = new ArrayList<>();
        for (Atom atom : patched.atoms()) {
            Atom twin = correlation.originalOf(atom);
            if (atom.kind() == Atom.Kind.CONTENT && atom.state() && twin != null) {
                compareNameless(twin, atom);
            }
            if (atom.kind() == Atom.Kind.VARIABLE) {
                verdicts.add(
                        twin == null
                                ? new DataVerdict(null, atom, Verdict.NEW, List.of())
                                : compare(twin, atom));
            }
        }
        for (Atom atom : original.atoms()) {
            if (atom.kind() == Atom.Kind.VARIABLE && correlation.patchedOf(atom) == null) {
                verdicts.add(new DataVerdict(atom, null, Verdict.REMOVED, List.of()));
            }
        }
        compareTables();
        return verdicts;
    }

    private DataVerdict compare(Atom twin, Atom atom) {
        List<Reason> reasons =
                comparer.differences(twin, atom, 4).stream()
                        .map(d -> Evidence.reason(atom, d, ""))
                        .toList();
        if (reasons.isEmpty()) {
            return new DataVerdict(twin, atom, Verdict.UNCHANGED, List.of());
        }
        judge(twin, atom);
        return new DataVerdict(twin, atom, Verdict.CHANGED, reasons);
    }

    /** What has no name, and can be written, has no verdict of its own; nor has it a fresh one. */
    private void compareNameless(Atom twin, Atom atom) {
        if (!comparer.equal(twin, atom)) {
            judge(twin, atom);
        }
    }

    private void judge(Atom twin, Atom atom) {
        String place = atom.section() + ": " + atom.name();
        if (Unpatchable.section(twin) != null) {
            findings.add(
                    Finding.note(
                            "changed-init-data",
                            atom.name(),
                            place,
                            "its value was used and freed at start-up"));
        } else if (twin.state() && atom.madeForSite()) {
            findings.add(
                    Finding.note(
                            "fresh-site-static",
                            atom.name(),
                            place,
                            "a changed static of one site; its function gets a fresh one"));
        } else if (twin.state()) {
            findings.add(
                    Finding.error(
                            "changed-data",
                            atom.name(),
                            place,
                            twin.size() == atom.size()
                                    ? "the patch changes its initial value, but the running value"
                                            + " stays"
                                    : "the patch changes its size from "
                                            + twin.size()
                                            + " to "
                                            + atom.size()
                                            + " bytes, but the running one stays",
                            "set the new value in code that runs (a load hook), or keep the old one"
                                    + " and use a new variable"));
        } else if (atom.named() || leadsToCode(atom)) {
            findings.add(
                    Finding.error(
                            "changed-constant",
                            atom.name(),
                            place,
                            atom.named()
                                    ? "a constant that other files may use changes; their code"
                                            + " keeps the running one"
                                    : "a table of functions changes; objects that were set up from"
                                            + " it keep the running one",
                            "change the functions that use it instead"));
        }
    }

    private static boolean leadsToCode(Atom atom) {
        return atom.references().stream()
                .anyMatch(r -> r.target().code() || r.target().kind() == Atom.Kind.EXTERNAL);
    }

    /**
     * Tables that a linker collects or that describe code without belonging to a function: equal,
     * or refused.
     */
    private void compareTables() {
        Set<Atom> before = reached(original);
        Set<Atom> after = reached(patched);
        Set<String> differing = new TreeSet<>();
        differing.addAll(differingTables(tables(original, before), tables(patched, after)));
        differing.addAll(differingEntries(before, after));
        for (String name : differing) {
            boolean used = name.startsWith(".init") || name.startsWith(".exit");
            findings.add(
                    used
                            ? Finding.note(
                                    "changed-init-table",
                                    name,
                                    name,
                                    "a table that was used at start-up differs")
                            : Finding.error(
                                    "changed-table",
                                    name,
                                    name,
                                    "a table that the linker collects differs; the running one"
                                            + " stays",
                                    "leave out of the patch what adds to or changes " + name));
        }
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
        return name.startsWith(HOOKS) || ORDINARY.stream().anyMatch(name::startsWith);
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
