package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.bytes.ByteSink;
import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.Piece;
import suture.plan.Replacement;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From links to relocations. */
final class Binder {
    static final int NONE = 0;
    static final int ABSOLUTE_64 = 1;
    static final int RELATIVE_32 = 2;
    static final int BRANCH_32 = 4;

    /** What {@code arch_livepatch_perform_rela} of x86 takes. */
    private static final Set<Integer> TAKEN = Set.of(ABSOLUTE_64, RELATIVE_32, BRANCH_32);

    /** The table whose entries name a function that is called in the exception handler. */
    private static final String RUN_FUNCTION = ".bug_frames.0";

    private static final int JUMP = 0xe9;

    private static final String REPLACEMENT = ".altinstr_replacement";
    private static final int REPLACEMENT_FIELD = 4;
    private static final int REPLACEMENT_LENGTH = 11;
    private static final long CODE = Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;

    private final Draft draft;
    private final Placement placement;
    private final Running running;
    private final List<Finding> findings;
    private final Map<Piece, String> replaced = new HashMap<>();
    private final Map<String, Placement.Place> stubs = new HashMap<>();

    Binder(Draft draft, Placement placement, Running running, List<Finding> findings) {
        this.draft = draft;
        this.placement = placement;
        this.running = running;
        this.findings = findings;
    }

    /** Learns which pieces replace running functions. */
    void learn(XenUnit unit) {
        for (Replacement replacement : unit.plan().replacements()) {
            replaced.put(replacement.piece(), unit.name(replacement.original()));
        }
    }

    void bind(XenUnit unit) {
        for (Piece piece : unit.plan().pieces()) {
            for (Link link : piece.links()) {
                bind(unit, piece, link);
            }
        }
    }

    private void bind(XenUnit unit, Piece piece, Link link) {
        if (link.type() == NONE) {
            return;
        }
        if (!TAKEN.contains(link.type())) {
            findings.add(
                    Finding.error(
                            "relocation-kind",
                            piece.toString(),
                            unit.plan().unit() + ": " + piece.section(),
                            "it has a relocation of type "
                                    + link.type()
                                    + ", and the hypervisor's loader takes only R_X86_64_64, PC32"
                                    + " and PLT32",
                            "write the patch so that the compiler needs no other"));
            return;
        }
        bindTo(unit, piece, link);
    }

    private void bindTo(XenUnit unit, Piece piece, Link link) {
        Placement.Place site = placement.place(piece, link.at());
        switch (link.destination()) {
            case Destination.Travelling(Piece target) -> {
                String entry = entry(piece, link, target);
                if (entry != null) {
                    named(unit, piece, link, entry);
                } else {
                    Placement.Place place = placement.place(target, 0);
                    fix(site, link, place.part().own(), place.offset());
                }
            }
            case Destination.Running to -> {
                Symbol symbol = symbol(to);
                String name = symbol == null ? to.name() : XenUnit.name(to.original(), symbol);
                named(unit, piece, link, name);
            }
            case Destination.External(Symbol symbol) -> {
                if (isNothing(piece, link, symbol)) {
                    Part replacements = draft.part(REPLACEMENT, Elf.SHT_PROGBITS, CODE);
                    fix(
                            site,
                            new Link(link.at(), link.type(), link.destination(), 0),
                            replacements);
                } else if (symbol.place() instanceof Symbol.Place.Absolute) {
                    findings.add(absolute(unit, piece, symbol));
                } else {
                    named(unit, piece, link, symbol.name());
                }
            }
        }
    }

    /**
     * The running entry of a replaced function, if the link goes to its start from outside of it;
     * or null.
     */
    private @Nullable String entry(Piece from, Link link, Piece target) {
        String name = replaced.get(target);
        if (name == null || from.kind() == Piece.Kind.ENTRY || from == target) {
            return null;
        }
        // A displacement of a branch counts from its end, four bytes on.
        boolean start =
                link.type() == ABSOLUTE_64
                        ? link.addend() == 0
                        : link.addend() >= -8 && link.addend() <= -4;
        return start ? name : null;
    }

    private static @Nullable Symbol symbol(Destination.Running to) {
        return to.original().symbols().stream()
                .filter(s -> s.section() == to.section() && s.value() == to.offset())
                .filter(s -> s.type() != Elf.STT_SECTION && s.name().equals(to.name()))
                .findFirst()
                .orElse(null);
    }

    private void named(XenUnit unit, Piece piece, Link link, String name) {
        String found = running.find(name);
        if (found == null) {
            findings.add(
                    Finding.error(
                            "unresolved-symbol",
                            name,
                            unit.plan().unit() + ": " + piece,
                            "nothing that runs has that name, or several things have it",
                            "check the name; a static of another unit can be referred to if the"
                                    + " patch makes it global there"));
            return;
        }
        Placement.Place site = placement.place(piece, link.at());
        if (piece.section().name().equals(RUN_FUNCTION)) {
            Placement.Place stub = stubs.computeIfAbsent(found, this::stub);
            fix(site, link, stub.part().own(), stub.offset());
        } else {
            fix(site, link, draft.imported(found), 0);
        }
    }

    /**
     * A bug frame reaches 8 MiB, less than payloads may be away: a jump in the payload reaches on.
     */
    private Placement.Place stub(String name) {
        Part text = draft.part(".text", Elf.SHT_PROGBITS, CODE);
        var jump = new ByteSink(ByteOrder.LITTLE_ENDIAN).u8(JUMP).u32(0).toBytes();
        long at = text.append(jump, jump.size(), 16);
        text.fix(new Part.Fixup(at + 1, BRANCH_32, draft.imported(name), -4));
        return new Placement.Place(text, at);
    }

    private static void fix(Placement.Place site, Link link, Label label, long base) {
        site.part().fix(new Part.Fixup(site.offset(), link.type(), label, base + link.addend()));
    }

    /**
     * Whether an alternative puts nothing in place of its site; the loader wants the place all the
     * same.
     */
    private static boolean isNothing(Piece piece, Link link, Symbol symbol) {
        Section section = symbol.section();
        return piece.section().name().equals(".altinstructions")
                && section != null
                && section.name().equals(REPLACEMENT)
                && link.at() == REPLACEMENT_FIELD
                && piece.content().u8(REPLACEMENT_LENGTH) == 0;
    }

    private static void fix(Placement.Place site, Link link, Part target) {
        fix(site, link, target.own(), 0);
    }

    private static Finding absolute(XenUnit unit, Piece piece, Symbol symbol) {
        return Finding.error(
                "absolute-symbol",
                symbol.name(),
                unit.plan().unit() + ": " + piece,
                "it refers to an absolute symbol of the object",
                "use the number itself in the patch");
    }
}
