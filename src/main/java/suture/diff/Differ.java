package suture.diff;

import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.GraphBuilder;
import suture.graph.NameGrammar;
import suture.graph.ObjectGraph;
import suture.match.Comparer;
import suture.match.Correlation;
import suture.match.Correlator;
import suture.match.Difference;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.Collectors;

/** Compares two objects: graph, match, verdicts. */
public final class Differ {
    private static final int EVIDENCE = 8;

    private final ObjectGraph original;
    private final ObjectGraph patched;
    private final SourceLines lines;
    private final Correlation correlation;
    private final List<Finding> findings = new ArrayList<>();
    private final Comparer comparer;

    private Differ(
            ObjectGraph original,
            ObjectGraph patched,
            SourceLines lines,
            Correlator.Result result) {
        this.lines = lines;
        this.original = original;
        this.patched = patched;
        this.correlation = result.correlation();
        this.comparer = Comparer.strict(correlation, lines);
        findings.addAll(original.findings());
        findings.addAll(patched.findings());
        findings.addAll(result.findings());
    }

    /**
     * Compares two relocatable objects.
     *
     * @throws FormatException if one of them cannot be taken apart, or they are of different
     *     machines
     */
    public static ObjectDiff diff(ElfObject original, ElfObject patched) {
        if (original.header().machine() != patched.header().machine()
                || original.header().is64() != patched.header().is64()
                || original.header().order() != patched.header().order()) {
            throw new FormatException(
                    patched.file(),
                    "ELF header",
                    18,
                    "the machine of " + original.file(),
                    "another machine");
        }
        ForkJoinTask<ObjectGraph> second =
                ForkJoinTask.adapt(() -> GraphBuilder.build(patched)).fork();
        ObjectGraph before = GraphBuilder.build(original);
        ObjectGraph after = second.join();
        SourceLines lines = new SourceLines(before, after);
        return new Differ(before, after, lines, Correlator.correlate(before, after, lines)).run();
    }

    private ObjectDiff run() {
        findings.addAll(ToolchainCheck.check(original.object(), patched.object()));
        findings.addAll(MovedNames.check(original, patched, correlation));
        findings.addAll(MovedStorage.check(patched, correlation));
        List<FunctionVerdict> functions =
                new Redirection(original, correlation, findings, this::changedBodies)
                        .decide(functions());
        DataDiffer data = new DataDiffer(original, patched, correlation, comparer, findings);
        return new ObjectDiff(
                original, patched, correlation, functions, data.verdicts(), List.copyOf(findings));
    }

    private List<FunctionVerdict> functions() {
        List<FunctionVerdict> verdicts = new ArrayList<>();
        for (Atom atom : patched.atoms()) {
            if (isFunction(atom)) {
                Atom twin = correlation.originalOf(atom);
                verdicts.add(
                        twin == null
                                ? new FunctionVerdict(null, atom, Verdict.NEW, false, List.of())
                                : compare(twin, atom));
            }
        }
        for (Atom atom : original.atoms()) {
            if (isFunction(atom) && correlation.patchedOf(atom) == null) {
                verdicts.add(new FunctionVerdict(atom, null, Verdict.REMOVED, false, List.of()));
            }
        }
        return verdicts;
    }

    static boolean isFunction(Atom atom) {
        return atom.code() && atom.symbol() != null && !NameGrammar.isMarker(atom.name());
    }

    private FunctionVerdict compare(Atom twin, Atom atom) {
        List<Reason> reasons =
                comparer.differences(twin, atom, EVIDENCE).stream()
                        .map(d ->
                                Evidence.reason(
                                        atom, d, lines.ofPatched(atom, d.extent(), d.offset())))
                        .toList();
        if (reasons.isEmpty() && !comparer.recognised().isEmpty()) {
            findings.add(recognised(atom, comparer.recognised()));
        }
        Verdict verdict = reasons.isEmpty() ? Verdict.UNCHANGED : Verdict.CHANGED;
        return new FunctionVerdict(twin, atom, verdict, false, reasons);
    }

    /**
     * The functions inlined in this one to which all its differences belong; empty if that is not
     * certain. Only strings and targets are: of other differences not each place is known.
     */
    private Set<String> changedBodies(Atom before, Atom after) {
        Set<String> bodies = new TreeSet<>();
        for (Difference d : comparer.differences(before, after, Integer.MAX_VALUE)) {
            boolean placed =
                    d.kind() == Difference.Kind.TARGET
                            || (d.kind() == Difference.Kind.CONTENT
                                    && d.atom().kind() == Atom.Kind.STRING);
            String body = placed ? lines.bodyAt(before, after, d.extent(), d.offset()) : "";
            if (body.isEmpty()) {
                return Set.of();
            }
            bodies.add(body);
        }
        return bodies;
    }

    private Finding recognised(Atom atom, List<Comparer.Recognised> places) {
        String all =
                places.stream()
                        .map(p -> "+0x" + Long.toHexString(p.offset()))
                        .collect(Collectors.joining(", "));
        return Finding.note(
                "line-number",
                atom.name(),
                patched.object().file() + ": " + atom.name() + all,
                "differs only in operands that both objects' line tables give as the source line"
                        + " of their instruction");
    }
}
