package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.PatchPlan;
import suture.plan.Piece;
import suture.plan.SecondDefinitions;
import suture.plan.UnitPlan;
import suture.target.process.ProcessPayload.Area;
import suture.target.process.ProcessPayload.Image;
import suture.target.process.ProcessPayload.Redirect;
import suture.target.process.ProcessPayload.Target;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes a payload out of a plan and the placements of its units. */
public final class PayloadBuilder {
    private final String name;
    private final PatchPlan plan;
    private final Map<ElfObject, Placement> placements;
    private final List<Finding> findings = new ArrayList<>();
    private final List<ProcessImage> images = new ArrayList<>();
    private final PayloadLayout layout = new PayloadLayout();
    private final ThreadLinks threads = new ThreadLinks(layout);
    private final Map<String, Long> stubs = new LinkedHashMap<>();

    private PayloadBuilder(String name, PatchPlan plan, Map<ElfObject, Placement> placements) {
        this.name = name;
        this.plan = plan;
        this.placements = placements;
    }

    /**
     * A payload, or why there is none.
     *
     * @param payload meaningless if a finding refuses
     */
    public record Result(ProcessPayload payload, List<Finding> findings) {}

    /**
     * Builds the payload.
     *
     * @param name the patch's name
     * @param plan what travels
     * @param placements where the original objects run: those of the plan's units, and of others
     *     that it refers to
     */
    public static Result build(String name, PatchPlan plan, Map<ElfObject, Placement> placements) {
        return new PayloadBuilder(name, plan, placements).run();
    }

    private Result run() {
        for (UnitPlan unit : plan.units()) {
            for (Piece piece : unit.pieces()) {
                if (accepted(unit, piece)) {
                    layout.place(piece);
                }
            }
        }
        layout.settleZeros();
        List<Redirect> redirects = new ArrayList<>();
        for (UnitPlan unit : plan.units()) {
            Placement placement = placement(unit);
            Bindings bindings = new Bindings(unit, image(placement), placements, findings);
            for (Piece piece : unit.pieces()) {
                if (layout.has(piece)) {
                    piece.links().forEach(link -> link(unit, bindings, piece, link));
                }
            }
            findings.addAll(
                    SecondDefinitions.check(
                            unit,
                            symbol ->
                                    placement.image().named(symbol.name()).stream()
                                            .anyMatch(s -> !s.isLocal() && !s.isUndefined())));
            OldCode old = new OldCode(placement, image(placement), findings);
            unit.replacements()
                    .forEach(r -> {
                        Redirect redirect = old.redirect(r, entry(r.piece(), r.patched()));
                        if (redirect != null) {
                            redirects.add(redirect);
                        }
                    });
        }
        PayloadFrames frames = new PayloadFrames(layout, findings);
        for (UnitPlan unit : plan.units()) {
            frames.add(unit);
            frames.checkExceptions(unit, placement(unit).image());
        }
        frames.stubs(stubs.values());
        List<Image> names = images.stream().map(i -> new Image(i.name(), i.buildId())).toList();
        return new Result(
                new ProcessPayload(
                        name, names, layout.parts(), layout.labels(), layout.fixups(), redirects),
                List.copyOf(findings));
    }

    private Placement placement(UnitPlan unit) {
        return Objects.requireNonNull(placements.get(unit.original()));
    }

    private long entry(Piece piece, Symbol symbol) {
        return layout.offset(piece) + symbol.value() - piece.offset();
    }

    private int image(Placement placement) {
        if (!images.contains(placement.image())) {
            images.add(placement.image());
        }
        return images.indexOf(placement.image());
    }

    private boolean accepted(UnitPlan unit, Piece piece) {
        if (piece.section().has(Elf.SHF_TLS)) {
            findings.add(
                    Finding.error(
                            "new-thread-local",
                            piece.toString(),
                            unit.unit(),
                            "the patch adds a thread-local variable, for which running threads have"
                                    + " no room",
                            "use an ordinary variable, or a pthread key"));
            return false;
        }
        if (piece.kind() == Piece.Kind.ENTRY) {
            findings.add(
                    Finding.error(
                            "special-section",
                            piece.section().name(),
                            unit.unit(),
                            "a process has nobody who reads this table at run time",
                            "leave what makes the entry out of the patch"));
            return false;
        }
        return true;
    }

    private void link(UnitPlan unit, Bindings bindings, Piece piece, Link link) {
        Area area = layout.area(piece);
        long at = layout.offset(piece) + link.at();
        if (threads.replaced(area, at)) {
            return;
        }
        switch (link.type()) {
            case 1, 24, 10, 11 -> direct(bindings, piece, link, area, at);
            case 2, 4 -> branch(bindings, piece, link, area, at);
            case 9, 41, 42 -> throughSlot(bindings, piece, link, area, at);
            case 19, 20, 21, 22, 23, 34 -> threads.bind(bindings, piece, link);
            default ->
                    findings.add(
                            Finding.error(
                                    "unsupported-relocation",
                                    piece.toString(),
                                    unit.unit()
                                            + ": "
                                            + piece
                                            + "+0x"
                                            + Long.toHexString(link.at()),
                                    "relocation type "
                                            + link.type()
                                            + " cannot be bound in a running process",
                                    "compile without -mcmodel=large"));
        }
    }

    private record Bound(Target target, long offset) {}

    private @Nullable Bound bound(Bindings bindings, Piece piece, Link link) {
        Symbol symbol = bindings.named(piece, link);
        if (symbol != null && bindings.chosen(symbol)) {
            Target stub = bindings.chosenStub(symbol);
            if (stub == null) {
                bindings.refuse(
                        piece,
                        symbol.name(),
                        "its address is chosen at run time (IFUNC), and the program does not call"
                                + " it",
                        "call it through a function that runs already");
            }
            return stub == null ? null : new Bound(stub, 0);
        }
        if (link.destination() instanceof Destination.Travelling(Piece other)) {
            return layout.has(other)
                    ? new Bound(new Target.Inside(layout.area(other)), layout.offset(other))
                    : null;
        }
        if (symbol != null && !symbol.isLocal() && bindings.preemptible(symbol)) {
            return new Bound(new Target.Exported(symbol.name()), 0);
        }
        Target target = bindings.target(piece, link.destination());
        return target == null ? null : new Bound(target, 0);
    }

    private void direct(Bindings bindings, Piece piece, Link link, Area area, long at) {
        Bound bound = bound(bindings, piece, link);
        if (bound != null) {
            layout.fix(area, at, link.type(), bound.target(), link.addend() + bound.offset());
        }
    }

    /** A call of an imported function goes through its stub, or through one of our own. */
    private void branch(Bindings bindings, Piece piece, Link link, Area area, long at) {
        Symbol symbol = bindings.named(piece, link);
        if (link.type() == 4 && symbol != null && bindings.elsewhere(symbol)) {
            Target stub = bindings.stub(symbol.name());
            if (stub != null) {
                layout.fix(area, at, link.type(), stub, link.addend());
                return;
            }
        }
        Bound bound = bound(bindings, piece, link);
        if (bound == null) {
            return;
        }
        if (bound.target() instanceof Target.Exported exported) {
            if (link.type() != 4) {
                bindings.refuse(
                        piece,
                        exported.name(),
                        "its address is used directly, but it is in another file",
                        "compile with -fPIE");
                return;
            }
            long stub = stubs.computeIfAbsent(exported.name(), n -> layout.stub(exported));
            layout.fix(area, at, 2, new Target.Inside(Area.CODE), stub + link.addend());
            return;
        }
        layout.fix(area, at, link.type(), bound.target(), link.addend() + bound.offset());
    }

    /**
     * The slot that the running code uses holds what the loader put there: the copy of a variable
     * in the program, a function of another file. Without one, a slot of our own.
     */
    private void throughSlot(Bindings bindings, Piece piece, Link link, Area area, long at) {
        if (link.addend() > -4 || link.addend() < -8) {
            bindings.refuse(
                    piece,
                    link.destination().toString(),
                    "its slot of the global offset table is used with an offset",
                    "report this as a bug");
            return;
        }
        Symbol symbol = bindings.named(piece, link);
        Target running = symbol == null ? null : bindings.runningSlot(symbol);
        if (running != null && (bindings.elsewhere(symbol) || bindings.chosen(symbol))) {
            layout.fix(area, at, 2, running, link.addend());
            return;
        }
        if (bindings.chosen(symbol) && !branches(piece, link)) {
            bindings.refuse(
                    piece,
                    link.destination().toString(),
                    "its address is chosen at run time (IFUNC), and is used as a value",
                    "call it instead");
            return;
        }
        Bound bound = bound(bindings, piece, link);
        if (bound != null) {
            long slot = layout.slot(bound.target(), bound.offset());
            layout.fix(area, at, 2, new Target.Inside(Area.CONSTANT), slot + link.addend());
        }
    }

    /** Whether the instruction is {@code call *x(%rip)} or {@code jmp *x(%rip)}. */
    private static boolean branches(Piece piece, Link link) {
        long at = link.at() - 2;
        return piece.content().contains(at, 2)
                && piece.content().u8(at) == 0xff
                && (piece.content().u8(at + 1) == 0x15 || piece.content().u8(at + 1) == 0x25);
    }
}
