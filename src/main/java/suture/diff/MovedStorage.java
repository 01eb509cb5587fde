package suture.diff;

import suture.elf.Elf;
import suture.elf.Section;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.ObjectGraph;
import suture.graph.Unpatchable;
import suture.match.Correlation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is the same in both objects, but lies in another kind of memory in the patched one: the
 * patch takes {@code __init} or {@code __ro_after_init} away, or a {@code const}. What runs stays
 * where it is, and code that refers to it, which is the same, goes on to read what was freed or to
 * write what cannot be written. The other direction does no harm.
 */
final class MovedStorage {
    private MovedStorage() {}

    static List<Finding> check(ObjectGraph patched, Correlation correlation) {
        List<Finding> findings = new ArrayList<>();
        for (Atom atom : patched.atoms()) {
            Atom twin = correlation.originalOf(atom);
            if (twin != null && !twin.extents().isEmpty() && !atom.extents().isEmpty()) {
                String why = why(twin, atom);
                if (!why.isEmpty()) {
                    findings.add(
                            Finding.error(
                                    "moved-storage",
                                    atom.name(),
                                    twin.section() + " -> " + atom.section(),
                                    why,
                                    "give it another name: then what uses it changes too, and the"
                                            + " payload brings it"));
                }
            }
        }
        return findings;
    }

    /** Why what runs is not what the patch says; empty if it is. */
    private static String why(Atom twin, Atom atom) {
        if (Unpatchable.atRest(twin) && !Unpatchable.atRest(atom)) {
            return "the running one has been freed, and what uses it goes on to do so";
        }
        if (Unpatchable.runsAtTheEnd(twin) && !Unpatchable.runsAtTheEnd(atom)) {
            return "the running one is not there before the end, if at all";
        }
        if (atom.code()) {
            return "";
        }
        Section before = section(twin);
        Section after = section(atom);
        if (isPerCpu(before) != isPerCpu(after)
                || before.has(Elf.SHF_TLS) != after.has(Elf.SHF_TLS)) {
            return "there is one of it where the patched code has several, or the opposite";
        }
        return isConstant(before) && !isConstant(after)
                ? "the running one cannot be written, and what uses it goes on to do so"
                : "";
    }

    private static Section section(Atom atom) {
        return Objects.requireNonNull(atom.section());
    }

    /** Linux 6.1 {@code include/linux/percpu-defs.h}. */
    private static boolean isPerCpu(Section section) {
        return section.name().startsWith(".data..percpu");
    }

    /** Linux 6.1 {@code include/linux/cache.h}, and what is written before a program starts. */
    private static boolean isConstant(Section section) {
        return !section.has(Elf.SHF_WRITE)
                || section.name().startsWith(".data..ro_after_init")
                || section.name().startsWith(".data.rel.ro");
    }
}
