package suture.target.xen.payload;

import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.NameGrammar;
import suture.plan.Piece;
import suture.plan.Replacement;
import suture.plan.UnitPlan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Where each piece goes in the payload, and which of them have names. */
final class Placement {
    private static final int TEXT_ALIGNMENT = 16;
    private static final long CODE = Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;

    /** Code beside the functions that their tables lead to; the loader checks where it lies. */
    private static final Set<String> SIDE_CODE = Set.of(".altinstr_replacement", ".fixup");

    /** A place in the payload. */
    record Place(Part part, long offset) {}

    private final Draft draft;
    private final List<Finding> findings;
    private final Map<Piece, Place> places = new HashMap<>();
    private final Map<Symbol, Label> bodies = new HashMap<>();

    Placement(Draft draft, List<Finding> findings) {
        this.draft = draft;
        this.findings = findings;
    }

    void place(XenUnit unit) {
        UnitPlan plan = unit.plan();
        plan.pieces().forEach(this::place);
        Set<Piece> replacing = new HashSet<>();
        for (Replacement replacement : plan.replacements()) {
            Place place = place(replacement.piece(), 0);
            Symbol symbol = replacement.patched();
            Label body =
                    Label.body(
                            unit.name(replacement.original()),
                            place.part(),
                            place.offset() + symbol.value() - replacement.piece().offset(),
                            symbol.size());
            draft.label(body);
            bodies.put(symbol, body);
            replacing.add(replacement.piece());
        }
        for (Piece piece : plan.pieces()) {
            boolean lasting = piece.kind() == Piece.Kind.CODE || piece.kind() == Piece.Kind.STATE;
            if (lasting && !replacing.contains(piece) && !isHook(piece.section())) {
                piece.symbols().stream().limit(1).forEach(symbol -> name(unit, piece, symbol));
            }
        }
    }

    static boolean isHook(Section section) {
        return section.name().startsWith(HookSections.PREFIX);
    }

    /** A new thing gets a name that a later payload can refer to. */
    private void name(XenUnit unit, Piece piece, Symbol symbol) {
        boolean thing = symbol.type() == Elf.STT_FUNC || symbol.type() == Elf.STT_OBJECT;
        if (thing && !NameGrammar.isCold(symbol.name())) {
            Place place = place(piece, symbol.value() - piece.offset());
            draft.label(
                    Label.added(
                            unit.name(symbol),
                            place.part(),
                            place.offset(),
                            symbol.size(),
                            symbol.type()));
        }
    }

    private void place(Piece piece) {
        Section source = piece.section();
        if (source.name().startsWith(".init") || source.name().startsWith(".exit")) {
            findings.add(
                    Finding.error(
                            "init-section-travels",
                            piece.toString(),
                            source.name(),
                            "it would be part of the payload, and lies in a section whose content"
                                    + " is gone once the hypervisor has started",
                            "remove __init or __exit from it"));
        }
        if (piece.kind() == Piece.Kind.STATE && source.name().contains(".percpu")) {
            findings.add(
                    Finding.error(
                            "new-percpu-variable",
                            piece.toString(),
                            source.name(),
                            "the hypervisor has no room for another variable of each CPU",
                            "use an array with an element for each CPU"));
        }
        Part part = part(piece);
        long at = part.append(piece.content(), piece.size(), alignment(piece));
        places.put(piece, new Place(part, at));
    }

    private Part part(Piece piece) {
        String name = piece.section().name();
        return switch (piece.kind()) {
            case CODE -> {
                String home = SIDE_CODE.contains(name) ? name : ".text";
                yield draft.part(home, Elf.SHT_PROGBITS, CODE);
            }
            case CONSTANT ->
                    draft.part(
                            isHook(piece.section()) ? name : ".rodata",
                            Elf.SHT_PROGBITS,
                            Elf.SHF_ALLOC);
            case STATE -> state(piece);
            case ENTRY -> draft.part(name, Elf.SHT_PROGBITS, Elf.SHF_ALLOC);
        };
    }

    /** The table of a hook is read only; the compiler makes it writable for its relocation. */
    private Part state(Piece piece) {
        Section source = piece.section();
        if (isHook(source)) {
            return draft.part(source.name(), Elf.SHT_PROGBITS, Elf.SHF_ALLOC);
        }
        long flags = Elf.SHF_ALLOC | Elf.SHF_WRITE;
        return source.isNobits()
                ? draft.part(".bss", Elf.SHT_NOBITS, flags)
                : draft.part(".data", Elf.SHT_PROGBITS, flags);
    }

    private static long alignment(Piece piece) {
        long section = Math.max(1, piece.section().header().alignment());
        return switch (piece.kind()) {
            case ENTRY -> piece.size() % section == 0 ? section : 1;
            case CODE ->
                    SIDE_CODE.contains(piece.section().name())
                            ? 1
                            : Math.max(own(piece, section), TEXT_ALIGNMENT);
            case CONSTANT, STATE -> own(piece, section);
        };
    }

    private static long own(Piece piece, long section) {
        return piece.offset() == 0 ? section : Math.min(section, Long.lowestOneBit(piece.offset()));
    }

    /** The place of an offset in a piece. */
    Place place(Piece piece, long offset) {
        Place place = Objects.requireNonNull(places.get(piece), piece::toString);
        return new Place(place.part(), place.offset() + offset);
    }

    /** The label of the new body of a running function. */
    Label body(Replacement replacement) {
        return Objects.requireNonNull(bodies.get(replacement.patched()), replacement::base);
    }
}
