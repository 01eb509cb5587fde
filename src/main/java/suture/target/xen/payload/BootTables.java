package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.diff.DataVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Verdict;
import suture.elf.Section;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.NameGrammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tables that the linker collects out of all units and that the hypervisor reads from end to end,
 * most of them while it starts (Xen 4.17 {@code xen/arch/x86/xen.lds.S}): a new entry in a payload
 * is in none of them.
 */
public final class BootTables {
    private static final Pattern TABLE =
            Pattern.compile(
                    "\\.(initcall.*|init\\.setup|data\\.schedulers|data\\.vpci.*|data\\.paramhypfs)");

    private BootTables() {}

    /** New or changed entries; each of them refuses. */
    public static List<Finding> check(String unit, ObjectDiff diff) {
        Set<String> removed = new HashSet<>();
        for (DataVerdict verdict : diff.data()) {
            Atom original = verdict.original();
            if (verdict.verdict() == Verdict.REMOVED && original != null) {
                removed.add(NameGrammar.base(original.name()));
            }
        }
        List<Finding> findings = new ArrayList<>();
        for (DataVerdict verdict : diff.data()) {
            Atom atom = entry(verdict);
            if (atom != null && !removed.remove(NameGrammar.base(atom.name()))) {
                findings.add(
                        Finding.error(
                                "new-table-entry",
                                atom.toString(),
                                unit + ": " + atom.section(),
                                "the hypervisor reads this table at a fixed place, and the most of"
                                    + " them only while it starts; it would never see the entry",
                                "call what it stands for from a hook"));
            }
        }
        return List.copyOf(findings);
    }

    private static @Nullable Atom entry(DataVerdict verdict) {
        Atom atom = verdict.patched();
        Section section = atom == null ? null : atom.section();
        boolean other = verdict.verdict() == Verdict.NEW || verdict.verdict() == Verdict.CHANGED;
        return other && section != null && TABLE.matcher(section.name()).matches() ? atom : null;
    }
}
