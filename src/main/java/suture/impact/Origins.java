package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.dwarf.InlinedCall;
import suture.dwarf.SourceLine;
import suture.dwarf.Subprogram;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.match.Correlation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why each function of a patch is in it, from the function down to the changed line.
 *
 * <p>The object pair has decided what travels; here only the reason is looked for: the shortest way
 * to changed source over bodies that are inlined, the new form of what is called, what was known of
 * a callee or of the callers. What has no such way is said to be unexplained.
 */
public final class Origins {
    private final Code original;
    private final Code patched;
    private final Roots roots;
    private final Map<Atom, Moved> moved = new LinkedHashMap<>();
    private final Map<Atom, List<Cause>> chains = new HashMap<>();
    private final CallForms forms;

    /** A possible cause, and the travelling function that the next one is about. */
    record Step(Cause cause, Atom next) {}

    /**
     * Prepares the search.
     *
     * @param functions those that travel
     */
    public Origins(
            ObjectGraph original,
            ObjectGraph patched,
            Correlation correlation,
            Roots roots,
            List<Moved> functions) {
        this.original = new Code(original);
        this.patched = new Code(patched);
        this.roots = roots;
        functions.forEach(m -> moved.put(m.patched(), m));
        this.forms = new CallForms(this.original, this.patched, correlation, moved);
        claimAll();
    }

    /** Every function of both objects is asked about, so that what no function has is known. */
    private void claimAll() {
        for (Code code : List.of(original, patched)) {
            for (Subprogram function : code.info.subprograms()) {
                change(function.name(), function.declared());
            }
        }
    }

    private Optional<Roots.Change> change(String name, SourceLine declared) {
        return roots.of(name, declared.file(), declared.line());
    }

    /** From the function down to the line, by the shortest way; never empty. */
    public List<Cause> of(Atom function) {
        return chains.computeIfAbsent(function, this::search);
    }

    /**
     * Whether nothing that the patch changes in the source stands in the function: not in its own
     * lines, not in a body that it inlines, and not outside of functions.
     */
    public boolean untouched(Atom function) {
        Moved twin = moved.get(function);
        Atom before = twin == null ? null : twin.original();
        return patched.source(function) != null
                && own(function).isEmpty()
                && inlined(patched, function).isEmpty()
                && (before == null || inlined(original, before).isEmpty())
                && roots.elsewhere().isEmpty();
    }

    /**
     * The bodies in the function that the patch changes, if it changes nothing else there; empty if
     * it does, or if that is not known.
     */
    public Set<String> changedBodiesAlone(Atom function) {
        Moved twin = moved.get(function);
        Atom before = twin == null ? null : twin.original();
        return patched.source(function) == null
                        || own(function).isPresent()
                        || !roots.elsewhere().isEmpty()
                ? Set.of()
                : changedBodies(function, before);
    }

    /** The bodies in the two versions of a function that the patch changes. */
    public Set<String> changedBodies(Atom function, @Nullable Atom before) {
        List<List<Cause>> all = new ArrayList<>(inlined(patched, function));
        if (before != null) {
            all.addAll(inlined(original, before));
        }
        return all.stream().map(way -> way.getLast().function()).collect(Collectors.toSet());
    }

    /** Where the patch touches what is not in any function. */
    public List<String> elsewhere() {
        return roots.elsewhere();
    }

    /** A way so far: its steps, and the function that the next one is about. */
    private record Way(List<Cause> causes, Atom at) {
        Way then(Step step, Atom next) {
            List<Cause> more = new ArrayList<>(causes);
            more.add(step.cause());
            return new Way(more, next);
        }
    }

    private List<Cause> search(Atom function) {
        Set<Atom> seen = new HashSet<>(Set.of(function));
        Deque<Way> queue = new ArrayDeque<>(List.of(new Way(List.of(), function)));
        while (!queue.isEmpty()) {
            Way way = queue.remove();
            Optional<List<Cause>> end = source(way.at());
            if (end.isPresent()) {
                List<Cause> whole = new ArrayList<>(way.causes());
                whole.addAll(end.get());
                return whole;
            }
            Moved twin = moved.get(way.at());
            for (Step step : twin == null ? List.<Step>of() : forms.of(twin)) {
                if (seen.add(step.next())) {
                    queue.add(way.then(step, step.next()));
                }
            }
        }
        return List.of(outside(function));
    }

    /** The changed source in the function itself, or in a body that it inlines. */
    private Optional<List<Cause>> source(Atom function) {
        Moved twin = moved.get(function);
        if (twin != null && twin.original() != null && !twin.differs()) {
            return Optional.empty(); // its code is equal: what it calls is the reason
        }
        Atom before = twin == null ? null : twin.original();
        Optional<Cause> own =
                (before == null ? added(function) : Optional.<Cause>empty())
                        .or(() -> own(function));
        if (own.isPresent()) {
            return Optional.of(List.of(own.get()));
        }
        List<List<Cause>> bodies = new ArrayList<>(inlined(patched, function));
        if (before != null) {
            bodies.addAll(inlined(original, before));
        }
        return bodies.stream().findFirst();
    }

    private Cause outside(Atom function) {
        List<String> places = roots.elsewhere();
        return places.isEmpty()
                ? new Cause(
                        "unexplained",
                        function.name(),
                        "its code differs, and no changed source was found to reach it",
                        patched.declared(function))
                : new Cause(
                        "outside",
                        function.name(),
                        "a type, macro or datum changed at " + String.join(", ", places),
                        places.getFirst());
    }

    private Optional<Cause> own(Atom function) {
        Subprogram source = patched.source(function);
        Optional<Roots.Change> change =
                source == null
                        ? change(NameGrammar.base(function.name()), new SourceLine("", 0, 0))
                        : change(source.name(), source.declared());
        return change.map(c -> new Cause("changed-line", function.name(), c.text(), c.source()));
    }

    private Optional<Cause> added(Atom function) {
        Subprogram source = patched.source(function);
        return Optional.ofNullable(source)
                .map(Subprogram::declared)
                .flatMap(declared -> roots.added(declared.file(), declared.line()))
                .map(c -> new Cause("added", function.name(), c.text(), c.source()));
    }

    /** Bodies in the function whose source changed. */
    private List<List<Cause>> inlined(Code code, Atom function) {
        List<List<Cause>> all = new ArrayList<>();
        for (InlinedCall call : code.inlinedIn(function)) {
            Optional<Roots.Change> change = change(call.name(), call.declared());
            if (change.isPresent()) {
                InlinedCall outer = call.outer();
                String text =
                        "inlines "
                                + call.name()
                                + (call.call().line() == 0 ? "" : " at " + call.call())
                                + (outer == null ? "" : " (in the body of " + outer.name() + ")");
                all.add(
                        List.of(
                                new Cause(
                                        "inlined", function.name(), text, Code.place(call.call())),
                                new Cause(
                                        "changed-line",
                                        call.name(),
                                        change.get().text(),
                                        change.get().source())));
            }
        }
        return all;
    }
}
