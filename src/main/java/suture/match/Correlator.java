package suture.match;

import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Names names;
    private final List<Finding> findings = new ArrayList<>();
    private final Comparer comparer;
    private final Set<Atom> settled = new HashSet<>();

    private Correlator(ObjectGraph original, ObjectGraph patched, LineNumbers lines) {
        this.lines = lines;
        this.original = original;
        this.patched = patched;
        this.correlation = new Correlation(original, patched);
        this.comparer = Comparer.tentative(correlation, lines);
        this.names = new Names(original, patched);
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
        correlator.pairUnique(a -> a.code() && a.symbol() != null, correlator.names::base);
        correlator.pairUnique(correlator.names::isFileScope, correlator.names::base);
        correlator.pairByEquality();
        correlator.pairLeftFunctions();
        correlator.pairByEquality();
        correlator.findings.addAll(StatePairs.pair(correlator.correlation, correlator.names));
        correlator.refuseAmbiguousFunctions();
        correlator.pairConstants();
        return new Result(correlator.correlation, List.copyOf(correlator.findings));
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

    private void pairUnique(Predicate<Atom> wanted, Function<Atom, String> key) {
        Map<String, List<Atom>> mine = correlation.freeOriginals(wanted, key);
        correlation
                .freePatched(wanted, key)
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
                correlation.freeOriginals(a -> a.code() && a.symbol() != null, names::base);
        correlation
                .freePatched(a -> a.code() && a.symbol() != null, names::base)
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

    /** A number is no identity: it says only how many of that name were met before. */
    private void pairLeftFunctions() {
        Predicate<Atom> functions = a -> a.code() && a.symbol() != null;
        Set<String> numbered =
                names.bases(a -> Names.isPlain(a) && NameGrammar.isNumbered(a.name()));
        pairUnique(a -> functions.test(a) && !numbered.contains(names.base(a)), names::exact);
        Users.pair(correlation, Names::isPlain, names::base);
        pairUnique(functions, names::clone);
        pairUnique(functions, names::base);
    }

    /**
     * Functions as written that have several possible twins and equal none. A clone without a twin
     * only travels along with its callers, but a function that is called from outside must be
     * redirected to the right one.
     */
    private void refuseAmbiguousFunctions() {
        Map<String, List<Atom>> mine = correlation.freeOriginals(Names::isPlain, names::base);
        correlation
                .freePatched(Names::isPlain, names::base)
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
        Function<Atom, String> key = a -> names.base(a) + '\0' + a.size() + Content.start(a);
        Comparer comparer = Comparer.strict(correlation, lines);
        Map<String, List<Atom>> mine = correlation.freeOriginals(constant, key);
        correlation
                .freePatched(constant, key)
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
}
