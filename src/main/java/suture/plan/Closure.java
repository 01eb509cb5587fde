package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.diff.FunctionVerdict;
import suture.diff.ObjectDiff;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.Reference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What must travel with the functions that do: everything that they reach and that is not running
 * already. A walk along references, as a linker marks what is live.
 *
 * <p>The units of a patch are walked together ({@link Exchange}): a unit may need what only the
 * patched source of another one lets it see. So first {@link #begin}, then {@link #give} until
 * nobody wants anything more, then {@link #plan}.
 */
final class Closure {
    private final Planner.UnitDiff unit;
    private final ObjectDiff diff;
    private final List<Finding> findings;
    private final Map<Atom, List<Piece>> pieces = new LinkedHashMap<>();
    private final Deque<Atom> queue = new ArrayDeque<>();
    private final Set<Atom> labelled = new HashSet<>();
    private final Offers offers;
    private final Set<Want> wants = new LinkedHashSet<>();
    private final RunningTwins twins;
    private final AskedCalls asked;

    /**
     * What code or data of the payload refers to and its own unit does not define.
     *
     * @param name its name
     * @param stored whether its address is put into data, so that the one that runs is meant
     */
    record Want(String name, boolean stored) {}

    Closure(Planner.UnitDiff unit, Hooks hooks, List<Finding> findings) {
        this.unit = unit;
        this.diff = unit.diff();
        this.findings = findings;
        this.twins = new RunningTwins(unit);
        this.asked = new AskedCalls(unit, hooks, findings);
        this.offers = Offers.of(diff);
    }

    /** The unit. */
    Planner.UnitDiff unit() {
        return unit;
    }

    /** What the patch lets other units see of this one. */
    Offers offers() {
        return offers;
    }

    /** Includes what travels whatever other units do; tells what it wants of them. */
    Set<Want> begin() {
        for (FunctionVerdict verdict : diff.functions()) {
            if (isRoot(verdict)) {
                include(verdict.atom());
            }
        }
        asked.roots().forEach(this::include);
        return walk();
    }

    /** Includes what another unit wants, unless it runs already; tells what that wants in turn. */
    Set<Want> give(Want want) {
        Atom atom = offers.atom(want.name());
        if (twins.of(atom, want.stored()) == null) {
            include(atom);
        }
        return walk();
    }

    private Set<Want> walk() {
        Set<Want> more = new LinkedHashSet<>();
        while (!queue.isEmpty()) {
            Atom atom = queue.remove();
            for (Reference reference : atom.references()) {
                if (isElsewhere(reference)) {
                    Want want = want(atom, reference);
                    if (wants.add(want)) {
                        more.add(want);
                    }
                } else if (travels(atom, reference)) {
                    include(reference.target());
                }
            }
        }
        return more;
    }

    private static boolean isElsewhere(Reference reference) {
        Symbol symbol = reference.target().symbol();
        return reference.target().kind() == Atom.Kind.EXTERNAL
                && symbol != null
                && symbol.isUndefined();
    }

    private static Want want(Atom from, Reference reference) {
        return new Want(reference.target().name(), RunningTwins.isStored(from, reference));
    }

    /** The plan, once nobody wants anything more. */
    UnitPlan plan(Exchange exchange) {
        List<Replacement> replacements = new ArrayList<>();
        for (Atom atom : pieces.keySet()) {
            link(atom, exchange);
        }
        findings.addAll(twins.inside().tablesOfSites());
        for (FunctionVerdict verdict : diff.functions()) {
            if (verdict.redirect()) {
                replacements.add(replacement(verdict));
            }
        }
        List<Piece> sorted = new ArrayList<>();
        pieces.values().forEach(sorted::addAll);
        sorted.addAll(new UnwindPieces(diff.patched().object()).with(sorted));
        sorted.sort(
                Comparator.comparingInt((Piece p) -> p.section().index())
                        .thenComparingLong(Piece::offset));
        return new UnitPlan(
                unit.unit(),
                unit.owner(),
                diff.original().object(),
                diff.patched().object(),
                List.copyOf(sorted),
                List.copyOf(replacements),
                asked.callbacks());
    }

    /** New global functions travel although nothing here reaches them: another unit may. */
    private static boolean isRoot(FunctionVerdict verdict) {
        return switch (verdict.verdict()) {
            case CHANGED, IMPACTED -> verdict.redirect();
            case NEW -> verdict.atom().visible() && !inInit(verdict.atom());
            case REMOVED, UNCHANGED -> false;
        };
    }

    private Replacement replacement(FunctionVerdict verdict) {
        Atom original = Objects.requireNonNull(verdict.original());
        Atom patched = Objects.requireNonNull(verdict.patched());
        Piece piece = Objects.requireNonNull(pieces.get(patched)).getFirst();
        return new Replacement(
                Objects.requireNonNull(original.symbol()),
                Objects.requireNonNull(patched.symbol()),
                piece,
                verdict.base());
    }

    private void include(Atom atom) {
        if (pieces.containsKey(atom)) {
            return;
        }
        List<Piece> own = new ArrayList<>();
        for (int i = 0; i < atom.extents().size(); i++) {
            own.add(piece(atom, i));
        }
        pieces.put(atom, own);
        queue.add(atom);
        atom.entries().forEach(this::include);
    }

    private static Piece piece(Atom atom, int index) {
        Extent extent = atom.extents().get(index);
        List<Symbol> symbols = index == 0 ? atom.symbols() : List.of();
        return new Piece(kind(atom), extent.section(), extent.offset(), extent.size(), symbols);
    }

    private static Piece.Kind kind(Atom atom) {
        return switch (atom.kind()) {
            case FUNCTION, CODE -> Piece.Kind.CODE;
            case STRING -> Piece.Kind.CONSTANT;
            case VARIABLE, CONTENT -> atom.state() ? Piece.Kind.STATE : Piece.Kind.CONSTANT;
            case ENTRY -> Piece.Kind.ENTRY;
            case EXTERNAL ->
                    throw new IllegalStateException("an external atom does not travel: " + atom);
        };
    }

    private static boolean inInit(Atom atom) {
        Section section = atom.section();
        return section != null
                && (section.name().startsWith(".init.") || section.name().startsWith(".exit."));
    }

    /** Whether the target of the reference goes into the payload because of it. */
    private boolean travels(Atom from, Reference reference) {
        Atom target = reference.target();
        if (target == from || target.kind() == Atom.Kind.EXTERNAL) {
            return target == from;
        }
        return twins.of(from, reference) == null;
    }

    private void link(Atom atom, Exchange exchange) {
        List<Piece> own = Objects.requireNonNull(pieces.get(atom));
        Map<Integer, List<Link>> links = new HashMap<>();
        for (Reference reference : atom.references()) {
            Link link = link(atom, reference, exchange);
            if (link != null) {
                links.computeIfAbsent(reference.extent(), e -> new ArrayList<>()).add(link);
            }
        }
        links.forEach((extent, list) -> own.get(extent).setLinks(list));
    }

    private @Nullable Link link(Atom atom, Reference reference, Exchange exchange) {
        if (reference.type() == Reference.BRANCH) {
            findings.add(
                    Finding.error(
                            "resolved-branch",
                            atom.name(),
                            String.valueOf(atom.section()),
                            "it branches to " + reference.target() + " without a relocation",
                            "compile both objects with -ffunction-sections"));
            return null;
        }
        Atom target = reference.target();
        if (target.kind() == Atom.Kind.EXTERNAL) {
            return across(atom, reference, exchange);
        }
        Atom running = target == atom ? null : twins.of(atom, reference);
        Finding shared = SharedSections.check(diff, atom, reference, running);
        if (shared != null) {
            findings.add(shared);
        }
        return new Link(
                reference.offset(),
                reference.type(),
                destination(atom.name(), target, running, reference.targetExtent()),
                reference.addend());
    }

    private Link across(Atom atom, Reference reference, Exchange exchange) {
        Symbol symbol = Objects.requireNonNull(reference.target().symbol());
        Closure giver = isElsewhere(reference) ? exchange.giver(unit.owner(), symbol.name()) : null;
        if (giver == null) {
            return new Link(
                    reference.offset(),
                    reference.type(),
                    new Destination.External(symbol),
                    reference.addend());
        }
        Want want = want(atom, reference);
        return new Link(
                reference.offset(),
                reference.type(),
                giver.given(atom.name(), want),
                reference.addend() + giver.distance(want.name()));
    }

    /** Where a reference of another unit to something that this one offers goes. */
    private Destination given(String from, Want want) {
        Atom atom = offers.atom(want.name());
        return destination(from, atom, twins.of(atom, want.stored()), 0);
    }

    /** How far behind the start of the thing the symbol is that other units use, in bytes. */
    private long distance(String name) {
        return offers.symbol(name).value() - start(offers.atom(name));
    }

    private static long start(Atom atom) {
        return atom.extents().getFirst().offset();
    }

    /**
     * @param from the name of what refers
     * @param running the twin it is bound to, null if the target travels
     * @param extent which part of the target is meant
     */
    private Destination destination(String from, Atom target, @Nullable Atom running, int extent) {
        if (running == null) {
            return new Destination.Travelling(
                    Objects.requireNonNull(pieces.get(target), () -> from + " -> " + target)
                            .get(extent));
        }
        if (target.state() && twins.inside().leadFrom(target) && labelled.add(target)) {
            findings.add(
                    Finding.error(
                            "running-labels",
                            target.name(),
                            unit.unit() + ": " + from,
                            "it holds addresses inside of code that the patch replaces, and the"
                                    + " running ones lead into the code of before",
                            "make it const, or give it another name, so that a new one comes"
                                    + " along"));
        }
        if (inInit(running)) {
            findings.add(
                    Finding.error(
                            "reference-to-init",
                            target.name(),
                            from,
                            "it refers to "
                                    + target
                                    + " in "
                                    + running.section()
                                    + ", which has been freed",
                            "leave the reference out of the patch"));
        }
        Extent place = running.extents().get(Math.min(extent, running.extents().size() - 1));
        return new Destination.Running(
                diff.original().object(),
                running.name(),
                place.section(),
                place.offset(),
                running.code());
    }
}
