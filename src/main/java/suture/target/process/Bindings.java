package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.Piece;
import suture.plan.UnitPlan;
import suture.target.process.ProcessPayload.Target;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the links of one unit are bound to. A thing is found by its place in the object that was
 * compared (every function in a section of its own), by way of the symbol there, in the object that
 * was matched (compiled as the program was).
 */
final class Bindings {
    private final UnitPlan unit;
    private final Placement placement;
    private final int image;
    private final Map<ElfObject, Placement> placements;
    private final List<Finding> findings;

    /**
     * @param image the number of the image that all of it is in
     * @param placements of each original object that the plan refers to
     */
    Bindings(
            UnitPlan unit,
            int image,
            Map<ElfObject, Placement> placements,
            List<Finding> findings) {
        this.unit = unit;
        this.placement = Objects.requireNonNull(placements.get(unit.original()));
        this.image = image;
        this.placements = placements;
        this.findings = findings;
    }

    /** Where a destination outside of the payload is; null after a refusal. */
    @Nullable Target target(Piece from, Destination destination) {
        return switch (destination) {
            case Destination.Running running -> running(from, running);
            case Destination.External(Symbol symbol) -> external(from, symbol);
            case Destination.Travelling travelling ->
                    throw new IllegalStateException("it travels: " + travelling);
        };
    }

    private @Nullable Target running(Piece from, Destination.Running running) {
        Placement home = home(running);
        Symbol symbol = symbolAt(running);
        if (symbol == null) {
            refuse(
                    from,
                    running.section() + "+0x" + Long.toHexString(running.offset()),
                    "it holds state without a name, so its running twin cannot be found",
                    "give it a name");
            return null;
        }
        Symbol twin = home.defined(symbol.name());
        if (twin != null && twin.type() == Elf.STT_TLS) {
            refuse(
                    from,
                    symbol.name(),
                    "it is a thread-local variable in the running program",
                    "keep it thread-local, or give the new variable another name");
            return null;
        }
        Long address = twin == null ? null : home.address(twin);
        if (address == null) {
            refuse(
                    from,
                    symbol.name(),
                    "its address is not proven: "
                            + home.missing(twin == null ? null : twin.section()),
                    "use the exact source, compiler and options that the program was built with");
            return null;
        }
        return new Target.Running(image, address, symbol.name());
    }

    /** Where the unit of a running thing is. */
    private Placement home(Destination.Running running) {
        return Objects.requireNonNull(placements.get(running.original()));
    }

    private @Nullable Symbol symbolAt(Destination.Running running) {
        Placement home = home(running);
        Symbol best = null;
        for (Symbol symbol : running.original().symbols()) {
            if (symbol.section() == running.section()
                    && symbol.value() == running.offset()
                    && symbol.type() != Elf.STT_SECTION
                    && symbol.type() != Elf.STT_FILE
                    && home.defined(symbol.name()) != null
                    && (best == null || best.isLocal())) {
                best = symbol;
            }
        }
        return best;
    }

    private @Nullable Target external(Piece from, Symbol symbol) {
        String name = symbol.name();
        Long proven = placement.external(name);
        if (proven != null) {
            return new Target.Running(image, proven, name);
        }
        List<Symbol> globals =
                placement.image().named(name).stream().filter(s -> !s.isLocal()).toList();
        if (globals.isEmpty()) {
            return new Target.Exported(unversioned(name));
        }
        if (globals.stream().mapToLong(Symbol::value).distinct().count() > 1) {
            refuse(
                    from,
                    name,
                    "the running program has several of that name, in several versions, and its"
                            + " code does not say which is used",
                    "use one that the unit uses already, or a copy under another name");
            return null;
        }
        return new Target.Running(image, globals.getFirst().value(), name);
    }

    private static String unversioned(String name) {
        int at = name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    /** The stub by which the image calls an imported function. */
    @Nullable Target stub(String name) {
        Long stub = placement.image().stubOf(name);
        return stub == null ? null : new Target.Running(image, stub, name + "@plt");
    }

    /** The name of a running thread-local variable; empty if it has none, or does not run yet. */
    String threadName(Destination destination) {
        return switch (destination) {
            case Destination.Running running -> {
                Symbol symbol = symbolAt(running);
                yield symbol == null ? running.name() : symbol.name();
            }
            case Destination.External(Symbol symbol) -> symbol.name();
            case Destination.Travelling travelling -> "";
        };
    }

    /** The placement that knows where a destination is. */
    Placement placement(Destination destination) {
        return destination instanceof Destination.Running running ? home(running) : placement;
    }

    /**
     * The symbol that a link of a piece names; null if it names none, or another unit of the patch
     * gives what it names.
     */
    @Nullable Symbol named(Piece piece, Link link) {
        for (Relocation relocation : relocations(piece.section())) {
            if (relocation.offset() == piece.offset() + link.at()
                    && relocation.type() == link.type()) {
                Symbol symbol = relocation.symbol();
                boolean given =
                        symbol.isUndefined()
                                && !(link.destination() instanceof Destination.External);
                return symbol.name().isEmpty() || given ? null : symbol;
            }
        }
        return null;
    }

    /** Whether it is a function whose address was chosen when the process began (IFUNC). */
    boolean chosen(@Nullable Symbol symbol) {
        return symbol != null
                && (symbol.type() == Elf.STT_GNU_IFUNC
                        || (symbol.isUndefined()
                                && placement.image().named(symbol.name()).stream()
                                        .anyMatch(s -> s.type() == Elf.STT_GNU_IFUNC)));
    }

    /** Whether the symbol of a library may be another file's. */
    boolean preemptible(Symbol symbol) {
        return !symbol.isLocal() && placement.image().preemptible(symbol.name());
    }

    /** Whether the symbol is another file's, or may be. */
    boolean elsewhere(Symbol symbol) {
        return symbol.isUndefined() || preemptible(symbol);
    }

    /** The slot of the global offset table that the running code uses for the symbol, or null. */
    @Nullable Target runningSlot(Symbol symbol) {
        Long slot = symbol.isLocal() ? null : placement.slotOf(symbol.name());
        return slot == null ? null : new Target.Running(image, slot, symbol.name() + "@got");
    }

    /** The stub that leads to what was chosen; null if the program has none. */
    @Nullable Target chosenStub(Symbol symbol) {
        Long stub = placement.external(symbol.name());
        for (Symbol running : placement.image().named(symbol.name())) {
            if (stub == null && running.type() == Elf.STT_GNU_IFUNC) {
                stub = placement.image().chosenBy(running.value());
            }
        }
        return stub == null ? null : new Target.Running(image, stub, symbol.name() + "@plt");
    }

    /** The relocations of a section of the patched object, those without a field too. */
    List<Relocation> relocations(Section section) {
        return unit.patched().relocations(section);
    }

    Target.Running slot(long address, String name) {
        return new Target.Running(image, address, name);
    }

    void refuse(Piece from, String subject, String message, String remedy) {
        findings.add(
                Finding.error(
                        "unresolved-reference",
                        subject,
                        unit.unit() + ": " + from,
                        message,
                        remedy));
    }
}
