package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.ObjectGraph;
import suture.match.Comparer;
import suture.match.Correlation;

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
                names.add(Outside.sectionName(atom));
            }
        }
        for (Atom atom : patched.atoms()) {
            if (after.isEntry(atom) && differs(correlation.originalOf(atom), atom)) {
                names.add(Outside.sectionName(atom));
            }
        }
        return names;
    }

    private boolean differs(@Nullable Atom twin, Atom atom) {
        return twin == null || (!atom.state() && !comparer.equal(twin, atom));
    }
}
