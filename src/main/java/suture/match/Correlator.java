package suture.match;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.graph.Reference;

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

/** Finds the twins; the steps are those of the package's essay. */
public final class Correlator {
    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final Correlation correlation;
    private final LineNumbers lines;
    private final boolean sameFiles;
    private final List<Finding> findings = new ArrayList<>();

    private Correlator(ObjectGraph original, ObjectGraph patched, LineNumbers lines) {
        this.lines = lines;
        this.original = original;
        this.patched = patched;
        this.correlation = new Correlation(original, patched);
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
        correlator.pairUnique(a -> a.code() && a.symbol() != null, correlator::functionKey);
        correlator.pairUnique(Correlator::isFileScope, correlator::exactKey);
        correlator.pairByEquality();
        correlator.pairLeftFunctions();
        correlator.pairByEquality();
        correlator.pairState();
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
                        .forEach(s -> contracts.put(s.name(), atom));
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

    private String functionKey(Atom atom) {
        return scope(atom) + NameGrammar.base(atom.name());
    }

    private String cloneKey(Atom atom) {
        return functionKey(atom) + "\0" + NameGrammar.cloneKind(atom.name());
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
        Set<Atom> settled = new HashSet<>();
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
        Comparer comparer = Comparer.tentative(correlation, lines);
        if (!comparer.equal(atom, twin)) {
            return false;
        }
        commit(comparer);
        return true;
    }

    private void commit(Comparer comparer) {
        for (Comparer.Tentative pair : comparer.tentatives()) {
            if (correlation.free(pair.original(), pair.patched())) {
                correlation.pair(pair.original(), pair.patched());
            }
        }
    }

    /**
     * Among several candidates of one base: those that equal exactly one, or that equal each other,
     * are twins.
     */
    private void pairEqualClones() {
        Map<String, List<Atom>> mine =
                free(original, a -> a.code() && a.symbol() != null, this::functionKey);
        free(patched, a -> a.code() && a.symbol() != null, this::functionKey)
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
        List<Function<Atom, String>> keys =
                List.of(a -> scope(a) + a.name(), this::cloneKey, this::functionKey);
        for (Function<Atom, String> key : keys) {
            Map<String, List<Atom>> mine = free(original, a -> a.code() && a.symbol() != null, key);
            free(patched, a -> a.code() && a.symbol() != null, key)
                    .forEach((name, theirs) -> {
                        List<Atom> ours = mine.getOrDefault(name, List.of());
                        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
                            correlation.pair(ours.get(i), theirs.get(i));
                        }
                    });
        }
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
        return a.size() == b.size()
                && Masked.mismatch(
                                a.extents().getFirst(),
                                b.extents().getFirst(),
                                a.references(),
                                b.references(),
                                0,
                                place -> 0)
                        < 0;
    }

    /** The static locals that a function uses and that have no twin yet, by base. */
    private Map<String, Set<Atom>> freeState(Atom function, boolean ofOriginal) {
        Map<String, Set<Atom>> state = new LinkedHashMap<>();
        for (Reference reference : function.references()) {
            Atom target = reference.target();
            boolean free =
                    ofOriginal
                            ? correlation.patchedOf(target) == null
                            : correlation.originalOf(target) == null;
            if (free && target.state() && target.kind() == Atom.Kind.VARIABLE) {
                state.computeIfAbsent(NameGrammar.base(target.name()), k -> new LinkedHashSet<>())
                        .add(target);
            }
        }
        return state;
    }
}
