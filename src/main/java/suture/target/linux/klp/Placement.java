package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.graph.SpecialSection;
import suture.graph.SpecialSections;
import suture.plan.Piece;
import suture.plan.UnitPlan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Where each piece goes in the module. */
final class Placement {
    /** Kernel text is aligned to this at least; shorter steps cost speed, not correctness. */
    private static final int TEXT_ALIGNMENT = 16;

    /** Tables are arrays of structures with a word at most. */
    private static final int WORD = 8;

    private static final long KEPT_FLAGS = Elf.SHF_WRITE | Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;

    /** A place in the module. */
    record Place(Part part, long offset) {}

    private final Draft draft;
    private final List<Finding> findings;
    private final Map<Piece, Place> places = new HashMap<>();
    private final Map<Piece, Label> starts = new HashMap<>();
    private final Map<Symbol, Label> labels = new HashMap<>();

    Placement(Draft draft, List<Finding> findings) {
        this.draft = draft;
        this.findings = findings;
    }

    void place(UnitPlan plan) {
        plan.pieces().forEach(this::place);
        for (Piece piece : plan.pieces()) {
            if (piece.kind() != Piece.Kind.ENTRY) {
                label(piece, plan);
            }
        }
    }

    private void place(Piece piece) {
        Section source = piece.section();
        if (source.name().startsWith(".init.") || source.name().startsWith(".exit.")) {
            findings.add(
                    Finding.error(
                            "init-section-travels",
                            piece.toString(),
                            source.name(),
                            "it would be part of the payload, and lies in a section that the module"
                                    + " loader frees or drops",
                            "remove __init or __exit from it"));
        }
        Part part = part(piece);
        if (piece.kind() == Piece.Kind.ENTRY) {
            part.alignTo(WORD);
        }
        long align = alignment(piece);
        places.put(piece, new Place(part, part.append(piece.content(), piece.size(), align)));
    }

    private Part part(Piece piece) {
        Section source = piece.section();
        String name = source.name();
        return switch (piece.kind()) {
            case CODE ->
                    name.startsWith(".text")
                            ? draft.part(".text", Elf.SHT_PROGBITS, alloc(Elf.SHF_EXECINSTR))
                            : same(source);
            case CONSTANT ->
                    name.startsWith(".rodata") || name.startsWith(".data.rel.ro")
                            ? draft.part(".rodata", Elf.SHT_PROGBITS, alloc(0))
                            : same(source);
            case STATE -> state(source);
            case ENTRY -> same(source);
        };
    }

    private static long alloc(long more) {
        return Elf.SHF_ALLOC | more;
    }

    private Part state(Section source) {
        String name = source.name();
        if (source.isNobits() && name.startsWith(".bss")) {
            return draft.part(".bss", Elf.SHT_NOBITS, alloc(Elf.SHF_WRITE));
        }
        // .data..percpu and .data..ro_after_init mean something to the loader.
        boolean plain = name.equals(".data") || name.startsWith(".data.") && name.charAt(6) != '.';
        boolean tuned = name.startsWith(".data..read_mostly") || name.startsWith(".data..once");
        return plain || tuned
                ? draft.part(".data", Elf.SHT_PROGBITS, alloc(Elf.SHF_WRITE))
                : same(source);
    }

    private Part same(Section source) {
        return draft.part(source.name(), source.type(), source.header().flags() & KEPT_FLAGS);
    }

    private static long alignment(Piece piece) {
        long section = Math.max(1, piece.section().header().alignment());
        if (piece.kind() == Piece.Kind.ENTRY) {
            SpecialSection special = SpecialSections.named(piece.section().name());
            boolean whole =
                    special == null
                            || special.layouts().stream().anyMatch(l -> l.size() == piece.size());
            boolean gapless = whole && piece.size() % section != 0;
            return gapless ? 1 : section;
        }
        long own =
                piece.offset() == 0
                        ? section
                        : Math.min(section, Long.lowestOneBit(piece.offset()));
        boolean function = piece.section().name().startsWith(".text");
        return function && piece.kind() == Piece.Kind.CODE ? Math.max(own, TEXT_ALIGNMENT) : own;
    }

    /** Labels a piece with all symbols of the patched object that stand in it. */
    private void label(Piece piece, UnitPlan plan) {
        Set<Symbol> all = new HashSet<>(piece.symbols());
        for (Symbol symbol : plan.patched().symbols()) {
            boolean code = piece.kind() == Piece.Kind.CODE && symbol.type() == Elf.STT_FUNC;
            long distance = symbol.value() - piece.offset();
            boolean inside =
                    symbol.section() == piece.section() && distance >= 0 && distance < piece.size();
            if (all.contains(symbol) || (code && inside)) {
                label(piece, symbol);
            }
        }
    }

    private void label(Piece piece, Symbol symbol) {
        Place place = place(piece, 0);
        long value = place.offset() + symbol.value() - piece.offset();
        Label label = draft.local(place.part(), symbol.name(), value, symbol.size(), symbol.type());
        labels.put(symbol, label);
        if (symbol.value() == piece.offset()) {
            starts.putIfAbsent(piece, label);
        }
    }

    /** The place of an offset in a piece. */
    Place place(Piece piece, long offset) {
        Place place = Objects.requireNonNull(places.get(piece), piece::toString);
        return new Place(place.part(), place.offset() + offset);
    }

    /** The label at the start of the piece, or null. */
    @Nullable Label start(Piece piece) {
        return starts.get(piece);
    }

    /** The label of a symbol of the patched object. */
    Label label(Symbol symbol) {
        return Objects.requireNonNull(labels.get(symbol), symbol::toString);
    }
}
