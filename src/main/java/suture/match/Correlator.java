package suture.match;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the twins; the steps are those of the package's essay. */
public final class Correlator {
    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final Correlation correlation;
    private final LineNumbers lines;
    private final boolean sameFiles;
    private final List<Finding> findings = new ArrayList<>();
    private final Comparer comparer;
    private final Set<Atom> settled = new HashSet<>();

    private Correlator(ObjectGraph original, ObjectGraph patched, LineNumbers lines) {
        this.lines = lines;
        this.original = original;
        this.patched = patched;
        this.correlation = new Correlation(original, patched);
        this.comparer = Comparer.tentative(correlation, lines);
        this.sameFiles = files(original).equals(files(patched));
    }

    /**
     * What correlation found.
     *
     * @param correlation the twins
     * @param findings state that could not be told apart
     */
    public record Result(Correlation correlation, List<Finding> findings) {}

    /** Correlates two objects. */
    public static Result correlate(ObjectGraph original, ObjectGraph patched, LineNumbers lines) {
        Correlator correlator = new Correlator(original, patched, lines);
        correlator.pairContracts();
        correlator.pairUnique(a -> a.code() && a.symbol() != null, correlator::baseKey);
        correlator.pairUnique(Correlator::isFileScope, correlator::baseKey);
        correlator.pairByEquality();
        correlator.pairLeftFunctions();
        correlator.pairByEquality();
        correlator.pairState();
        correlator.refuseAmbiguousFunctions();
        correlator.pairConstants();
        return new Result(correlator.correlation, List.copyOf(correlator.findings));
    }

    private static Set<String> files(ObjectGraph graph) {
        Set<String> files = new HashSet<>();
        graph.atoms().forEach(a -> files.add(a.file()));
        files.remove("");
        return files;
    }

    /** Same name, seen by other files, both defined here. */
    private void pairContracts() {
        Map<String, Atom> contracts = new HashMap<>();
        for (Atom atom : original.atoms()) {
            if (!atom.extents().isEmpty()) {
                atom.symbols().stream()
                        .filter(s -> !s.isLocal())
                        .forEach(s -> contracts.putIfAbsent(s.name(), atom));
            }
        }
        for (Atom atom : patched.atoms()) {
            if (atom.named() && !atom.extents().isEmpty()) {
                Atom twin = contracts.get(atom.name());
                if (twin != null && twin.code() == atom.code() && correlation.free(twin, atom)) {
                    correlation.pair(twin, atom);
                }
            }
        }
    }

    private static boolean isFileScope(Atom atom) {
        return atom.kind() == Atom.Kind.VARIABLE && !NameGrammar.isStaticLocal(atom.name());
    }

    private String scope(Atom atom) {
        return sameFiles ? atom.file() + "\0" : "";
    }

    private String baseKey(Atom atom) {
        return scope(atom) + NameGrammar.base(atom.name());
    }

    private String cloneKey(Atom atom) {
        return baseKey(atom) + "\0" + NameGrammar.cloneKind(atom.name());
    }

    private String exactKey(Atom atom) {
        return scope(atom) + atom.name();
    }

    private Map<String, List<Atom>> free(
            ObjectGraph graph, Predicate<Atom> wanted, Function<Atom, String> key) {
        Map<String, List<Atom>> groups = new LinkedHashMap<>();
        for (Atom atom : graph.atoms()) {
            boolean free =
                    graph == original
                            ? correlation.patchedOf(atom) == null
                            : correlation.originalOf(atom) == null;
            if (free && !atom.extents().isEmpty() && wanted.test(atom)) {
                groups.computeIfAbsent(key.apply(atom), k -> new ArrayList<>()).add(atom);
            }
        }
        return groups;
    }

    private void pairUnique(Predicate<Atom> wanted, Function<Atom, String> key) {
        Map<String, List<Atom>> mine = free(original, wanted, key);
        free(patched, wanted, key)
                .forEach((name, theirs) -> {
                    List<Atom> ours = mine.getOrDefault(name, List.of());
                    if (ours.size() == 1 && theirs.size() == 1) {
                        correlation.pair(ours.getFirst(), theirs.getFirst());
                    }
                });
    }

    /** Step 3 of the essay, to its fixpoint. */
    private void pairByEquality() {
        int before;
        do {
            before = correlation.size();
            for (Atom atom : original.atoms()) {
                Atom twin = correlation.patchedOf(atom);
                if (twin != null && settled.add(atom) && !forced(atom, twin)) {
                    settled.remove(atom);
                }
            }
            pairEqualClones();
        } while (correlation.size() > before);
    }

    /** Whether the two are equal; then everything that this rests on is so as well. */
    private boolean forced(Atom atom, Atom twin) {
        if (!comparer.equal(atom, twin)) {
            return false;
        }
        for (Assumptions.Pair pair : comparer.assumed()) {
            if (correlation.free(pair.original(), pair.patched())) {
                correlation.pair(pair.original(), pair.patched());
            }
        }
        return true;
    }

    /**
     * Among several candidates of one base: those that equal exactly one, or that equal each other,
     * are twins.
     */
    private void pairEqualClones() {
        Map<String, List<Atom>> mine =
                free(original, a -> a.code() && a.symbol() != null, this::baseKey);
        free(patched, a -> a.code() && a.symbol() != null, this::baseKey)
                .forEach((name, theirs) -> {
                    List<Atom> ours = new ArrayList<>(mine.getOrDefault(name, List.of()));
                    for (Atom candidate : theirs) {
                        ours.stream()
                                .filter(a -> tryEqual(a, candidate))
                                .findFirst()
                                .ifPresent(ours::remove);
                    }
                });
    }

    private boolean tryEqual(Atom atom, Atom candidate) {
        return atom.size() == candidate.size() && forced(atom, candidate);
    }

    private void pairLeftFunctions() {
        Predicate<Atom> functions = a -> a.code() && a.symbol() != null;
        pairUnique(functions, this::exactKey);
        pairUnique(functions, this::cloneKey);
        pairUnique(functions, this::baseKey);
    }

    /**
     * Functions as written that have several possible twins and equal none. A clone without a twin
     * only travels along with its callers, but a function that is called from outside must be
     * redirected to the right one.
     */
    private void refuseAmbiguousFunctions() {
        Predicate<Atom> plain =
                a ->
                        a.code()
                                && a.symbol() != null
                                && NameGrammar.cloneKind(a.name()).isEmpty()
                                && !NameGrammar.isMarker(a.name());
        Map<String, List<Atom>> mine = free(original, plain, this::baseKey);
        free(patched, plain, this::baseKey)
                .forEach((name, theirs) -> {
                    List<Atom> ours = mine.getOrDefault(name, List.of());
                    if (!ours.isEmpty()) {
                        findings.add(
                                Finding.error(
                                        "ambiguous-function",
                                        NameGrammar.base(theirs.getFirst().name()),
                                        places(theirs),
                                        "the running functions "
                                                + places(ours)
                                                + " and the patched ones "
                                                + places(theirs)
                                                + " cannot be told apart",
                                        "give the functions different names, or patch one of them"
                                                + " at a time"));
                    }
                });
    }

    private static String places(List<Atom> atoms) {
        return atoms.stream()
                .map(a ->
                        a.name()
                                + " at "
                                + a.section()
                                + "+0x"
                                + Long.toHexString(a.extents().getFirst().offset()))
                .collect(Collectors.joining(", "));
    }

    /**
     * Constants with a name: what they hold decides, not which one it is, so any equal one of the
     * same base is the twin. (Writable data of single sites is not paired like this: a new site
     * must never be bound to the state of another one.)
     */
    private void pairConstants() {
        Predicate<Atom> constant = a -> a.kind() == Atom.Kind.VARIABLE && !a.state();
        Function<Atom, String> key =
                a -> scope(a) + NameGrammar.base(a.name()) + '\0' + a.size() + Content.start(a);
        Comparer comparer = Comparer.strict(correlation, lines);
        Map<String, List<Atom>> mine = free(original, constant, key);
        free(patched, constant, key)
                .forEach((name, theirs) -> {
                    List<Atom> ours = new ArrayList<>(mine.getOrDefault(name, List.of()));
                    for (Atom candidate : theirs) {
                        ours.stream()
                                .filter(a -> comparer.equal(a, candidate))
                                .findFirst()
                                .ifPresent(twin -> {
                                    correlation.pair(twin, candidate);
                                    ours.remove(twin);
                                });
                    }
                });
    }

    /** State that only pairs of changed functions can tell apart. */
    private void pairState() {
        Set<Atom> reported = new HashSet<>();
        for (Atom function : original.atoms()) {
            Atom twin = correlation.patchedOf(function);
            if (twin == null || !function.code()) {
                continue;
            }
            Map<String, Set<Atom>> ours = freeState(function, true);
            freeState(twin, false)
                    .forEach((base, theirs) -> {
                        Set<Atom> candidates = ours.getOrDefault(base, Set.of());
                        if (candidates.size() == 1 && theirs.size() == 1) {
                            correlation.pair(
                                    candidates.iterator().next(), theirs.iterator().next());
                        } else if (!candidates.isEmpty()) {
                            ambiguous(function, candidates, theirs, reported);
                        }
                    });
        }
    }

    private void ambiguous(Atom function, Set<Atom> ours, Set<Atom> theirs, Set<Atom> reported) {
        pairByShape(ours, theirs);
        ours.removeIf(a -> correlation.patchedOf(a) != null);
        theirs.removeIf(a -> correlation.originalOf(a) != null);
        if (!ours.isEmpty() && !theirs.isEmpty() && reported.addAll(theirs)) {
            findings.add(
                    Finding.error(
                            "ambiguous-state",
                            NameGrammar.base(theirs.iterator().next().name()),
                            function.name(),
                            "the running variables "
                                    + ours
                                    + " and the patched ones "
                                    + theirs
                                    + " cannot be told apart: each may hold the state of the other",
                            "give the static variables of "
                                    + function.name()
                                    + " different names, or leave their uses as they are"));
        }
    }

    private void pairByShape(Set<Atom> ours, Set<Atom> theirs) {
        for (Atom candidate : List.copyOf(theirs)) {
            List<Atom> alike = ours.stream().filter(a -> alike(a, candidate)).toList();
            long rivals =
                    theirs.stream()
                            .filter(t -> !alike.isEmpty() && alike(alike.getFirst(), t))
                            .count();
            if (alike.size() == 1 && rivals == 1 && correlation.free(alike.getFirst(), candidate)) {
                correlation.pair(alike.getFirst(), candidate);
            }
        }
    }

    private static boolean alike(Atom a, Atom b) {
        return a.size() == b.size() && Shape.sameBytes(a, b);
    }

    /** The static locals that a function uses and that have no twin yet, by base. */
    private Map<String, Set<Atom>> freeState(Atom function, boolean ofOriginal) {
        Map<String, Set<Atom>> state = new LinkedHashMap<>();
        for (Atom target : Reach.of(function)) {
            boolean free =
                    ofOriginal
                            ? correlation.patchedOf(target) == null
                            : correlation.originalOf(target) == null;
            if (free
                    && target.state()
                    && target.kind() == Atom.Kind.VARIABLE
                    && !target.madeForSite()) {
                state.computeIfAbsent(NameGrammar.base(target.name()), k -> new LinkedHashSet<>())
                        .add(target);
            }
        }
        return state;
    }
}
