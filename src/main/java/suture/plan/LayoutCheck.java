package suture.plan;

import suture.bytes.FormatException;
import suture.dwarf.StructLayout;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Structures that a patch lays out anew. The code of both objects is right for its own layout; what
 * goes wrong is between them: objects that were made before the patch, and code outside of it.
 */
final class LayoutCheck {
    private static final int MOST = 4;

    private LayoutCheck() {}

    /**
     * A warning for each structure that both objects of a unit know and whose members are
     * elsewhere; none without debug information.
     *
     * @throws FormatException if debug information is damaged
     */
    static List<Finding> check(List<Planner.UnitDiff> units) {
        // The same header gives the same answer in each unit.
        Map<String, Finding> findings = new TreeMap<>();
        units.parallelStream()
                .map(LayoutCheck::check)
                .toList()
                .forEach(found ->
                        found.forEach(
                                f -> findings.putIfAbsent(f.subject() + ' ' + f.message(), f)));
        return List.copyOf(findings.values());
    }

    private static List<Finding> check(Planner.UnitDiff unit) {
        List<Map<String, Set<StructLayout>>> sides =
                Stream.of(unit.diff().original(), unit.diff().patched())
                        .parallel()
                        .map(graph -> StructLayout.read(graph.object()))
                        .toList();
        Map<String, Set<StructLayout>> after = sides.getLast();
        List<Finding> findings = new ArrayList<>();
        sides.getFirst()
                .forEach((name, layouts) -> {
                    Set<StructLayout> gone = new LinkedHashSet<>(layouts);
                    Set<StructLayout> come =
                            new LinkedHashSet<>(after.getOrDefault(name, Set.of()));
                    gone.removeAll(after.getOrDefault(name, Set.of()));
                    come.removeAll(layouts);
                    for (StructLayout layout : come.isEmpty() ? Set.<StructLayout>of() : gone) {
                        List<String> changes = fewestChanges(layout, come);
                        if (!changes.isEmpty()) {
                            findings.add(finding(name, unit.unit(), changes));
                        }
                    }
                });
        return findings;
    }

    /** What is elsewhere in the nearest of several that the name means now. */
    private static List<String> fewestChanges(StructLayout before, Set<StructLayout> now) {
        return now.stream()
                .map(after -> changes(before, after))
                .min(Comparator.comparingInt(List::size))
                .orElseThrow();
    }

    private static Finding finding(String name, String unit, List<String> changes) {
        int rest = changes.size() - MOST;
        return Finding.warning(
                "changed-layout",
                name,
                unit,
                String.join("; ", changes.subList(0, Math.min(MOST, changes.size())))
                        + (rest > 0 ? "; and " + rest + " more" : ""),
                "objects that were made before the patch is loaded have the old layout, and code"
                        + " that is not in the payload keeps to it: keep the layout, with new"
                        + " members in memory of their own (for Linux: klp_shadow_alloc), or make"
                        + " sure that only code of the payload sees such objects");
    }

    /** What is elsewhere; a member that only has another name is not. */
    private static List<String> changes(StructLayout before, StructLayout after) {
        List<String> changes = new ArrayList<>();
        if (before.size() != after.size()) {
            changes.add("it has " + after.size() + " bytes instead of " + before.size());
        }
        Map<String, StructLayout.Member> old = named(before);
        Map<String, StructLayout.Member> now = named(after);
        old.forEach((name, member) -> {
            StructLayout.Member moved = now.get(name);
            if (moved != null && !moved.equals(member)) {
                changes.add(
                        name
                                + (moved.bit() == member.bit()
                                        ? " has " + bits(moved) + " instead of " + bits(member)
                                        : " is at "
                                                + place(moved)
                                                + " instead of "
                                                + place(member)));
            }
        });
        now.forEach((name, member) -> {
            if (!old.containsKey(name) && !renamed(member, now, old)) {
                changes.add(name + " is new at " + place(member));
            }
        });
        old.forEach((name, member) -> {
            if (!now.containsKey(name) && !renamed(member, old, now)) {
                changes.add(name + " is no longer there, at " + place(member));
            }
        });
        return changes;
    }

    /** Whether there is a member of that place on the other side that this side does not know. */
    private static boolean renamed(
            StructLayout.Member member,
            Map<String, StructLayout.Member> own,
            Map<String, StructLayout.Member> others) {
        return others.values().stream()
                .anyMatch(other ->
                        other.bit() == member.bit()
                                && other.bits() == member.bits()
                                && !own.containsKey(other.name()));
    }

    private static Map<String, StructLayout.Member> named(StructLayout layout) {
        Map<String, StructLayout.Member> named = new TreeMap<>();
        layout.members().stream()
                .filter(member -> !member.name().isEmpty())
                .forEach(member -> named.putIfAbsent(member.name(), member));
        return named;
    }

    private static String place(StructLayout.Member member) {
        return "byte " + member.bit() / 8 + (member.bits() == 0 ? "" : " bit " + member.bit() % 8);
    }

    private static String bits(StructLayout.Member member) {
        return member.bits() == 0 ? "no bit-field" : member.bits() + " bits";
    }
}
