package suture.impact;

import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.Reference;
import suture.match.Correlation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Causes that lie in calls: of the function, or of functions that it calls. */
final class CallForms {
    private final Code original;
    private final Code patched;
    private final Correlation correlation;
    private final Map<Atom, Moved> moved;
    private final Map<Atom, Moved> movedOriginals = new HashMap<>();
    private final RegisterScan registers;

    CallForms(Code original, Code patched, Correlation correlation, Map<Atom, Moved> moved) {
        this.original = original;
        this.patched = patched;
        this.correlation = correlation;
        this.moved = moved;
        this.registers = new RegisterScan(original.graph.machine());
        for (Moved m : moved.values()) {
            if (m.original() != null) {
                movedOriginals.put(m.original(), m);
            }
        }
    }

    /** All that may have made it travel, the most specific first. */
    List<Origins.Step> of(Moved function) {
        List<Origins.Step> steps = new ArrayList<>();
        Atom before = function.original();
        if (before == null) {
            added(function.patched(), steps);
        } else if (!function.differs()) {
            bound(function, before, steps);
        } else {
            reshaped(function.patched(), before, steps);
            relied(function.patched(), before, steps);
            shared(function.patched(), before, steps);
            revived(function.patched(), steps);
            called(function.patched(), before, steps);
            knew(function.patched(), before, steps);
        }
        return steps;
    }

    private static Origins.Step step(
            Atom function, String kind, String text, String source, Atom next) {
        return new Origins.Step(new Cause(kind, function.name(), text, source), next);
    }

    /** New code: what calls it brought it in. */
    private void added(Atom function, List<Origins.Step> steps) {
        for (Code.Call call : patched.callers(function)) {
            if (moved.containsKey(call.caller())) {
                String text = "not in the original object; called by " + call.caller().name();
                steps.add(step(function, "new", text, patched.line(call), call.caller()));
            }
        }
    }

    /** Equal code that calls an entry which is not redirected. */
    private void bound(Moved function, Atom before, List<Origins.Step> steps) {
        for (Reference reference : before.references()) {
            Moved callee = movedOriginals.get(reference.target());
            if (callee != null && !callee.redirected() && callee.patched() != function.patched()) {
                String text =
                        "calls " + reference.target().name() + ", whose entry is not redirected";
                steps.add(
                        step(function.patched(), "calls-unredirected", text, "", callee.patched()));
            }
        }
    }

    /** It calls a function that took another form: another clone, or the same with other code. */
    private void reshaped(Atom function, Atom before, List<Origins.Step> steps) {
        for (Atom callee : callees(before)) {
            Atom twin = correlation.patchedOf(callee);
            if (twin == null || !moved.containsKey(twin)) {
                continue;
            }
            String kind = NameGrammar.cloneKind(callee.name());
            if (!kind.isEmpty() || !kind.equals(NameGrammar.cloneKind(twin.name()))) {
                String now =
                        twin.name().equals(callee.name())
                                ? ""
                                : ", which is " + twin.name() + " now";
                String text = "only how it calls " + callee.name() + " changed" + now;
                steps.add(step(function, "argument-set-up", text, "", twin));
            }
        }
        for (Atom callee : callees(function)) {
            if (correlation.originalOf(callee) == null) {
                String text = "calls " + callee.name() + ", which has code of its own now";
                for (Code.Call call : patched.callers(callee)) {
                    if (moved.containsKey(call.caller())) {
                        steps.add(step(function, "calls-new", text, "", call.caller()));
                    }
                }
            }
        }
    }

    private static Set<Atom> callees(Atom function) {
        Set<Atom> all = new LinkedHashSet<>();
        for (Reference reference : function.references()) {
            Atom target = reference.target();
            if (target.code() && target.symbol() != null && target != function) {
                all.add(target);
            }
        }
        return all;
    }

    /** What the original knew of a callee's body: calls saved, no return, registers kept. */
    private void relied(Atom function, Atom before, List<Origins.Step> steps) {
        for (Moved callee : moved.values()) {
            Atom old = callee.original();
            if (old == null || callee.patched() == function) {
                continue;
            }
            Atom next = callee.patched();
            long then = calls(before, old);
            long now = calls(function, next);
            if (then != now) {
                String text = "has " + now + " calls of " + old.name() + " instead of " + then;
                steps.add(step(function, "call-eliminated", text, "", next));
            }
            if (then > 0 && original.neverReturns(old) != patched.neverReturns(next)) {
                String text = "the compiler knew whether " + old.name() + " returns";
                steps.add(step(function, "noreturn", text, "", next));
            }
            kept(before, old)
                    .ifPresent(call -> {
                        String text = "relied on the registers that " + old.name() + " left alone";
                        String line = original.line(call);
                        steps.add(step(function, "register-use", text, line, next));
                    });
        }
    }

    private static long calls(Atom function, Atom callee) {
        return function.references().stream().filter(r -> r.target() == callee).count();
    }

    private Optional<Code.Call> kept(Atom before, Atom callee) {
        return original.callers(callee).stream()
                .filter(c -> c.caller() == before && c.site() == before)
                .filter(c -> registers.applies() && !registers.kept(c).isEmpty())
                .findFirst();
    }

    /** It called a function for another one, as both had one body. */
    private void shared(Atom function, Atom before, List<Origins.Step> steps) {
        Set<Atom> then = callees(before);
        for (Atom callee : callees(function)) {
            Atom old = correlation.originalOf(callee);
            if (old != null && then.contains(old)) {
                continue;
            }
            for (Atom other : then) {
                Moved changed = movedOriginals.get(other);
                if (changed != null) {
                    String text = "called " + other.name() + " for " + callee.name();
                    steps.add(step(function, "calls-folded", text, "", changed.patched()));
                }
            }
        }
    }

    /** A static variable that was a constant is one no more. */
    private void revived(Atom function, List<Origins.Step> steps) {
        for (Reference reference : function.references()) {
            Atom target = reference.target();
            boolean added =
                    target.kind() == Atom.Kind.VARIABLE
                            && target.state()
                            && correlation.originalOf(target) == null;
            if (added) {
                String text = "took " + target.name() + " for a constant; ";
                moved.keySet().stream()
                        .filter(other -> other != function && uses(other, target))
                        .forEach(other ->
                                steps.add(
                                        step(
                                                function,
                                                "constant-variable",
                                                text + other.name() + " uses it as a variable",
                                                "",
                                                other)));
            }
        }
    }

    private static boolean uses(Atom function, Atom variable) {
        return function.references().stream().anyMatch(r -> r.target() == variable);
    }

    /** What it knew of the arguments that its callers pass; or of what they do with the result. */
    private void called(Atom function, Atom before, List<Origins.Step> steps) {
        for (List<Code.Call> calls : List.of(patched.callers(function), original.callers(before))) {
            for (Code.Call call : calls) {
                Moved caller = moved.getOrDefault(call.caller(), movedOriginals.get(call.caller()));
                if (caller != null) {
                    String text =
                            "made for the values that its callers pass; one is "
                                    + call.caller().name();
                    steps.add(step(function, "values", text, "", caller.patched()));
                }
            }
        }
    }

    /** The last possibility: it calls something that changed. */
    private void knew(Atom function, Atom before, List<Origins.Step> steps) {
        for (Atom callee : callees(before)) {
            Moved changed = movedOriginals.get(callee);
            if (changed != null) {
                String text =
                        "knew more of "
                                + callee.name()
                                + " than its declaration says, and calls it";
                steps.add(step(function, "known-body", text, "", changed.patched()));
            }
        }
    }
}
