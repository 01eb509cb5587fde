package suture.diff;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.graph.PatchSites;
import suture.graph.Reference;
import suture.graph.Unpatchable;
import suture.match.Correlation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The seam where old code calls new: which running entries are redirected, and which equal
 * functions must travel because an entry that they call is not.
 */
final class Redirection {
    private static final String CANNOT_REACH = "change-cannot-reach";

    private final Correlation correlation;
    private final List<Finding> findings;
    private final BiFunction<Atom, Atom, Set<String>> changedBodies;
    private final PatchSites sites;
    private final Map<Atom, Set<Atom>> callers = new HashMap<>();
    private final Map<Atom, FunctionVerdict> verdicts = new LinkedHashMap<>();

    /**
     * @param changedBodies the functions inlined in one to which all its differences belong
     */
    Redirection(
            ObjectGraph original,
            Correlation correlation,
            List<Finding> findings,
            BiFunction<Atom, Atom, Set<String>> changedBodies) {
        this.correlation = correlation;
        this.changedBodies = changedBodies;
        this.findings = findings;
        this.sites = new PatchSites(original);
        for (Atom atom : original.atoms()) {
            if (atom.code()) {
                for (Reference reference : atom.references()) {
                    if (reference.target().code() && reference.target() != atom) {
                        callers.computeIfAbsent(reference.target(), a -> new LinkedHashSet<>())
                                .add(atom);
                    }
                }
            }
        }
    }

    List<FunctionVerdict> decide(List<FunctionVerdict> compared) {
        compared.forEach(v -> verdicts.put(v.atom(), v));
        Deque<FunctionVerdict> unredirected = new ArrayDeque<>();
        for (FunctionVerdict verdict : compared) {
            if (verdict.verdict() == Verdict.CHANGED) {
                boolean redirect = redirectable(verdict);
                FunctionVerdict decided = verdict.as(Verdict.CHANGED, redirect, verdict.reasons());
                verdicts.put(verdict.atom(), decided);
                if (!redirect) {
                    unredirected.add(decided);
                }
            }
        }
        while (!unredirected.isEmpty()) {
            impact(unredirected.remove(), unredirected);
        }
        return new ArrayList<>(verdicts.values());
    }

    private FunctionVerdict verdictOf(Atom original) {
        Atom twin = correlation.patchedOf(original);
        return Objects.requireNonNull(
                verdicts.get(twin == null ? original : twin), original::toString);
    }

    private boolean redirectable(FunctionVerdict verdict) {
        Atom original = Objects.requireNonNull(verdict.original());
        Atom patched = Objects.requireNonNull(verdict.patched());
        if (Unpatchable.section(original) != null) {
            unpatchable(verdict, original);
            return false;
        }
        if (onlyByCallers(original)) {
            return false;
        }
        String kind = NameGrammar.cloneKind(original.name());
        if (!kind.equals(NameGrammar.cloneKind(patched.name()))) {
            return false;
        }
        return kind.isEmpty()
                || callers.getOrDefault(original, Set.of()).stream().allMatch(this::stays);
    }

    /** Nothing redirects its entry, but its callers can call another copy. */
    private boolean onlyByCallers(Atom original) {
        return sites.lacks(original)
                && sites.onlyCalledHere(original)
                && callers.containsKey(original);
    }

    private boolean stays(Atom caller) {
        return caller.symbol() == null || verdictOf(caller).verdict() == Verdict.UNCHANGED;
    }

    /**
     * Equal callers of a changed function whose running entry stays as it is must call the new one
     * themselves.
     */
    private void impact(FunctionVerdict callee, Deque<FunctionVerdict> unredirected) {
        Atom original = Objects.requireNonNull(callee.original());
        for (Atom caller : callers.getOrDefault(original, Set.of())) {
            FunctionVerdict verdict = caller.symbol() == null ? null : verdictOf(caller);
            if (verdict == null
                    || verdict.verdict() != Verdict.UNCHANGED
                    || Unpatchable.section(original) != null) {
                continue;
            }
            if (Unpatchable.section(caller) == null) {
                Reason reason =
                        new Reason(
                                "calls-unredirected",
                                verdict.name(),
                                original.name(),
                                callee.name(),
                                "");
                FunctionVerdict impacted =
                        verdict.as(Verdict.IMPACTED, !onlyByCallers(caller), List.of(reason));
                verdicts.put(verdict.atom(), impacted);
                if (!impacted.redirect()) {
                    unredirected.add(impacted);
                }
            } else if (!Unpatchable.atRest(caller)) {
                findings.add(cannotReach(caller, original));
            }
        }
    }

    /** Of exit code nobody knows here whether it ever runs: that depends on the unit's owner. */
    private static Finding cannotReach(Atom caller, Atom callee) {
        String place = Unpatchable.section(caller) + ": " + caller.name();
        String message =
                Unpatchable.why(caller)
                        + ", and it calls "
                        + callee.name()
                        + ", whose running entry cannot be redirected";
        String remedy = "leave the change of " + callee.name() + " out of the patch";
        return Unpatchable.runsAtTheEnd(caller)
                ? Finding.warning(CANNOT_REACH, caller.name(), place, message, remedy)
                : Finding.error(CANNOT_REACH, caller.name(), place, message, remedy);
    }

    /**
     * A change in code that has run already, or must not be touched: refused unless it only follows
     * a callee's new form.
     */
    private void unpatchable(FunctionVerdict verdict, Atom original) {
        String section = Unpatchable.section(original);
        if (Unpatchable.atRest(original) && goElsewhere(verdict, original)) {
            findings.add(
                    Finding.warning(
                            "by-catch",
                            verdict.name(),
                            section + ": " + verdict.name(),
                            "it has run, and all that differs is of a function that it inlines,"
                                    + " whose own code is replaced",
                            "none needed if the source of "
                                    + verdict.base()
                                    + " is not part of the patch"));
            return;
        }
        boolean follows =
                original.references().stream()
                        .map(Reference::target)
                        .filter(Atom::code)
                        .anyMatch(this::callReshaped);
        findings.add(
                follows
                        ? Finding.warning(
                                "by-catch",
                                verdict.name(),
                                section + ": " + verdict.name(),
                                "its code differs only because a function that it calls took"
                                        + " another form",
                                "none needed if the source of "
                                        + verdict.base()
                                        + " is not part of the patch")
                        : Finding.error(
                                "changed-init-section",
                                verdict.name(),
                                section + ": " + verdict.name(),
                                Unpatchable.why(original),
                                "leave "
                                        + verdict.base()
                                        + " out of the patch: a live patch cannot make this change"
                                        + " effective"));
    }

    /** Whether each body that makes the difference is changed in code that can be replaced too. */
    private boolean goElsewhere(FunctionVerdict verdict, Atom original) {
        Atom patched = Objects.requireNonNull(verdict.patched());
        Set<String> left = new HashSet<>(changedBodies.apply(original, patched));
        boolean any = !left.isEmpty();
        for (FunctionVerdict other : verdicts.values()) {
            Atom running = other.original();
            if (other.verdict() == Verdict.CHANGED
                    && running != null
                    && Unpatchable.section(running) == null) {
                left.remove(other.base());
            }
        }
        return any && left.isEmpty();
    }

    private boolean callReshaped(Atom callee) {
        Atom twin = correlation.patchedOf(callee);
        return twin == null
                || !NameGrammar.cloneKind(twin.name()).equals(NameGrammar.cloneKind(callee.name()));
    }
}
