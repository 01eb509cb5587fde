package suture.diff;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.ObjectGraph;
import suture.graph.Unpatchable;
import suture.match.Comparer;
import suture.match.Correlation;

import java.util.ArrayList;
import java.util.List;

/** Verdicts on data, and on tables that nothing in the object refers to. */
final class DataDiffer {
    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final Correlation correlation;
    private final Comparer comparer;
    private final AuthorWords words;
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
        this.words = new AuthorWords(patched, findings);
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
        new CollectedTables(original, patched, correlation, comparer, words, findings).compare();
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
        } else if (twin.state() && twin.size() == atom.size() && words.keeps(atom)) {
            findings.add(
                    Finding.note(
                            "kept-data",
                            atom.name(),
                            place,
                            "the running one keeps its value, as the patch says"));
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
                            "set the new value in code that runs (a hook) and say SUTURE_KEEP, or"
                                    + " keep the old one and use a new variable"));
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
}
