package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.diff.Reason;
import suture.diff.Verdict;
import suture.finding.Finding;
import suture.finding.Severity;
import suture.graph.Atom;
import suture.graph.Reference;
import suture.graph.Unpatchable;
import suture.impact.Cause;
import suture.impact.Moved;
import suture.impact.Origins;
import suture.impact.Roots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives each function that travels its reason down to the changed source, and judges with that what
 * stands in code that cannot be replaced.
 *
 * <p>A change in such code is <i>by-catch</i> if the patch touches neither its own source nor a
 * body that it inlines nor anything outside of functions: it then only follows what it calls.
 * By-catch in initialisation code, which has run, is left alone, and so is a changed body in it
 * that also travels in code that can be replaced. Other such code goes on running: by-catch there
 * is left alone only if every changed function that it calls is redirected. Exit code runs where
 * its unit belongs to a module, and never in an image.
 */
public final class Explanation {
    /** Rules of findings about such code that are judged again here. */
    private static final Set<String> JUDGED = Set.of("changed-init-section", "by-catch");

    private static final String CANNOT_REACH = "change-cannot-reach";

    /** What a unit became a part of, as far as its exit code is concerned. */
    public enum Part {
        /** An image that runs until the machine stops: exit code never runs. */
        OF_AN_IMAGE,
        /** Something that can be unloaded: exit code runs then. */
        OF_A_MODULE,
        /** Not known, as of two objects alone. */
        NOT_KNOWN
    }

    private final ObjectDiff diff;
    private final Part part;
    private final Origins origins;
    private final Map<Atom, FunctionVerdict> originals = new HashMap<>();

    private Explanation(ObjectDiff diff, Roots roots, Part part) {
        this.diff = diff;
        this.part = part;
        List<Moved> moved = new ArrayList<>();
        for (FunctionVerdict verdict : diff.functions()) {
            if (verdict.original() != null) {
                originals.put(verdict.original(), verdict);
            }
            if (verdict.verdict().travels()) {
                moved.add(
                        new Moved(
                                verdict.original(),
                                Objects.requireNonNull(verdict.patched()),
                                verdict.verdict() == Verdict.CHANGED,
                                verdict.redirect()));
            }
        }
        this.origins =
                new Origins(diff.original(), diff.patched(), diff.correlation(), roots, moved);
    }

    /** The same verdicts with reasons and findings completed. */
    public static ObjectDiff of(ObjectDiff diff, Roots roots, Part part) {
        if (diff.outcome().equals("unchanged")) {
            return diff;
        }
        return new Explanation(diff, roots, part).complete();
    }

    private ObjectDiff complete() {
        List<FunctionVerdict> functions = diff.functions().stream().map(this::explained).toList();
        List<Finding> findings = new ArrayList<>();
        for (Finding finding : diff.findings()) {
            if (finding.rule().equals(CANNOT_REACH)) {
                reached(finding).ifPresent(findings::add);
            } else {
                findings.add(JUDGED.contains(finding.rule()) ? judged(finding) : finding);
            }
        }
        return new ObjectDiff(
                diff.original(),
                diff.patched(),
                diff.correlation(),
                functions,
                diff.data(),
                List.copyOf(findings));
    }

    /**
     * A warning stands for exit code, of which only the owner of the unit tells whether it runs.
     */
    private Optional<Finding> reached(Finding finding) {
        boolean exit = finding.severity() == Severity.WARNING;
        if (!exit || part == Part.NOT_KNOWN) {
            return Optional.of(finding);
        }
        return part == Part.OF_AN_IMAGE
                ? Optional.empty()
                : Optional.of(
                        Finding.error(
                                finding.rule(),
                                finding.subject(),
                                finding.place(),
                                finding.message(),
                                finding.remedy()));
    }

    /** Whether each of the changed bodies travels in a function that can be replaced. */
    private boolean goElsewhere(Set<String> bodies) {
        Set<String> left = new HashSet<>(bodies);
        for (FunctionVerdict verdict : diff.functions()) {
            Atom original = verdict.original();
            if (verdict.verdict() == Verdict.CHANGED
                    && original != null
                    && Unpatchable.section(original) == null) {
                left.remove(verdict.base());
                left.removeAll(origins.changedBodies(verdict.atom(), original));
            }
        }
        return !bodies.isEmpty() && left.isEmpty();
    }

    private boolean stays(Atom original) {
        return Unpatchable.atRest(original)
                || (part == Part.OF_AN_IMAGE && Unpatchable.runsAtTheEnd(original));
    }

    private FunctionVerdict explained(FunctionVerdict verdict) {
        if (!verdict.verdict().travels()) {
            return verdict;
        }
        List<Reason> reasons = new ArrayList<>();
        for (Cause cause : origins.of(Objects.requireNonNull(verdict.patched()))) {
            reasons.add(new Reason(cause.kind(), cause.sentence(), "", "", cause.source()));
        }
        reasons.addAll(verdict.reasons());
        return new FunctionVerdict(
                verdict.original(),
                verdict.patched(),
                verdict.verdict(),
                verdict.redirect(),
                List.copyOf(reasons));
    }

    private Finding judged(Finding finding) {
        FunctionVerdict verdict =
                diff.functions().stream()
                        .filter(v -> v.verdict() == Verdict.CHANGED)
                        .filter(v -> v.name().equals(finding.subject()))
                        .filter(v ->
                                Unpatchable.section(Objects.requireNonNull(v.original())) != null)
                        .findFirst()
                        .orElse(null);
        if (verdict == null) {
            return finding;
        }
        Atom original = Objects.requireNonNull(verdict.original());
        Atom patched = Objects.requireNonNull(verdict.patched());
        String chain =
                origins.of(patched).stream().map(Cause::sentence).collect(Collectors.joining("; "));
        if (Unpatchable.atRest(original) && goElsewhere(origins.changedBodiesAlone(patched))) {
            return Finding.warning(
                    "by-catch",
                    finding.subject(),
                    finding.place(),
                    "its source is unchanged, it has run, and what it inlines is changed where it"
                            + " runs still: "
                            + chain,
                    "none needed");
        }
        if (!origins.untouched(patched)) {
            return Finding.error(
                    "changed-init-section",
                    finding.subject(),
                    finding.place(),
                    Unpatchable.why(original) + " (" + chain + ")",
                    remedy(verdict.base(), patched));
        }
        String left = stays(original) ? null : notRedirected(original);
        return left == null
                ? Finding.warning(
                        "by-catch",
                        finding.subject(),
                        finding.place(),
                        "its source is unchanged, and its code only follows what it calls: "
                                + chain,
                        "none needed; the running code stays")
                : Finding.error(
                        CANNOT_REACH,
                        finding.subject(),
                        finding.place(),
                        Unpatchable.why(original)
                                + ", and it calls "
                                + left
                                + ", whose running code cannot be redirected ("
                                + chain
                                + ")",
                        "leave the change of " + left + " out of the patch");
    }

    private String remedy(String base, Atom patched) {
        boolean only = origins.of(patched).stream().anyMatch(c -> c.kind().equals("outside"));
        return only
                ? "keep the changed type, macro or datum out of reach of "
                        + base
                        + ", for instance under another name that only patched functions use"
                : "leave "
                        + base
                        + " out of the patch: a live patch cannot make this change"
                        + " effective";
    }

    /** A changed function that it calls and whose entry stays as it is, or null. */
    private @Nullable String notRedirected(Atom original) {
        for (Reference reference : original.references()) {
            FunctionVerdict callee = originals.get(reference.target());
            boolean stays =
                    callee != null
                            && reference.target() != original
                            && (callee.verdict() == Verdict.REMOVED
                                    || (callee.verdict().travels() && !callee.redirect()));
            if (stays) {
                return reference.target().name();
            }
        }
        return null;
    }
}
