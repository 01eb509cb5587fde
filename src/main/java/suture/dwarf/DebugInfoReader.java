package suture.dwarf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Cursor;
import suture.elf.Section;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Walks all DIEs once; what refers to another DIE is resolved after the walk. */
final class DebugInfoReader {
    private static final int DEEPEST_ORIGIN = 16;

    /** A DIE with its unit; {@code outer} is the enclosing one that was kept. */
    private record Kept(Unit unit, CompileUnit source, Die die, @Nullable Kept outer) {}

    private final DebugSections sections;
    private final Map<Long, Abbreviations> tables = new HashMap<>();
    private final Map<Long, LineHeader> lineHeaders = new HashMap<>();
    private final Map<Unit, Long> lineOffsets = new HashMap<>();
    private final Map<Long, Kept> functions = new HashMap<>();
    private final List<Kept> order = new ArrayList<>();

    final List<CompileUnit> units = new ArrayList<>();
    final List<Subprogram> subprograms = new ArrayList<>();
    final List<InlinedCall> inlined = new ArrayList<>();
    final List<CallSite> callSites = new ArrayList<>();
    final List<StructSize> structs = new ArrayList<>();

    DebugInfoReader(DebugSections sections) {
        this.sections = sections;
    }

    void read() {
        long at = 0;
        try {
            while (at < sections.content("info").size()) {
                Unit unit = new Unit(sections, at);
                walk(unit);
                at = unit.end;
            }
            resolve();
        } catch (IndexOutOfBoundsException e) {
            throw sections.broken("info", at, e);
        }
    }

    /** Reads the first DIE of each unit and no other. */
    void readUnits() {
        long at = 0;
        try {
            while (at < sections.content("info").size()) {
                Unit unit = new Unit(sections, at);
                Cursor in = sections.cursor("info", unit.firstDie);
                Abbreviations.Shape shape =
                        new Abbreviations(sections, unit.abbreviations).shape(in.uleb());
                if (shape == null) {
                    throw unit.bad("a known abbreviation", "another one");
                }
                begin(unit, unit.die(in, unit.firstDie, shape));
                at = unit.end;
            }
        } catch (IndexOutOfBoundsException e) {
            throw sections.broken("info", at, e);
        }
    }

    private void walk(Unit unit) {
        Abbreviations shapes =
                tables.computeIfAbsent(unit.abbreviations, o -> new Abbreviations(sections, o));
        Cursor in = sections.cursor("info", unit.firstDie);
        // One element a level of the tree: the innermost kept DIE around it.
        Deque<Kept> outer = new ArrayDeque<>();
        CompileUnit source = new CompileUnit("", "", "");
        Kept none = new Kept(unit, source, Die.at(unit.start, 0), null);
        while (in.position() < unit.end) {
            long offset = in.position();
            long code = in.uleb();
            if (code == 0) {
                outer.poll();
                continue;
            }
            Abbreviations.Shape shape = shapes.shape(code);
            if (shape == null) {
                throw unit.bad("a known abbreviation", "number " + code + " at " + offset);
            }
            Die die = unit.die(in, offset, shape);
            if (offset == unit.firstDie) {
                source = begin(unit, die);
            }
            Kept around = outer.isEmpty() ? none : outer.peek();
            Kept kept = keep(new Kept(unit, source, die, around));
            if (shape.children()) {
                outer.push(kept == null ? around : kept);
            }
        }
    }

    private CompileUnit begin(Unit unit, Die die) {
        unit.root(die);
        if (die.has(Die.STMT_LIST)) {
            lineOffsets.put(unit, die.number(Die.STMT_LIST, 0));
        }
        CompileUnit source =
                new CompileUnit(
                        unit.text(die, Die.NAME),
                        unit.text(die, Die.PRODUCER),
                        unit.text(die, Die.COMP_DIR));
        if (die.tag() == Die.TAG_COMPILE_UNIT) {
            units.add(source);
        }
        return source;
    }

    private @Nullable Kept keep(Kept kept) {
        switch (kept.die().tag()) {
            case Die.TAG_SUBPROGRAM, Die.TAG_INLINED -> {
                functions.put(kept.die().offset(), kept);
                order.add(kept);
                return kept;
            }
            case Die.TAG_CALL_SITE, Die.TAG_GNU_CALL_SITE -> order.add(kept);
            case Die.TAG_STRUCTURE, Die.TAG_UNION, Die.TAG_CLASS -> {
                if (kept.die().has(Die.NAME) && kept.die().has(Die.BYTE_SIZE)) {
                    structs.add(
                            new StructSize(
                                    kept.unit().text(kept.die(), Die.NAME),
                                    kept.die().number(Die.BYTE_SIZE, 0),
                                    kept.source()));
                }
            }
            default -> {}
        }
        return null;
    }

    private void resolve() {
        Map<Long, InlinedCall> calls = new HashMap<>();
        for (Kept kept : order) {
            switch (kept.die().tag()) {
                case Die.TAG_SUBPROGRAM -> subprograms.add(subprogram(kept));
                case Die.TAG_INLINED -> {
                    Kept outer = kept.outer();
                    InlinedCall call =
                            inlined(kept, outer == null ? null : calls.get(outer.die().offset()));
                    calls.put(kept.die().offset(), call);
                    inlined.add(call);
                }
                default -> callSite(kept);
            }
        }
    }

    /** The DIE and those it takes attributes from, itself first. */
    private List<Kept> origins(Kept kept) {
        List<Kept> all = new ArrayList<>(2);
        for (Kept at = kept; at != null && all.size() < DEEPEST_ORIGIN; ) {
            all.add(at);
            long next = at.unit().reference(at.die(), Die.ABSTRACT_ORIGIN);
            if (next < 0) {
                next = at.unit().reference(at.die(), Die.SPECIFICATION);
            }
            at = functions.get(next);
        }
        return all;
    }

    private static String text(List<Kept> origins, int attribute) {
        for (Kept kept : origins) {
            if (kept.die().has(attribute)) {
                return kept.unit().text(kept.die(), attribute);
            }
        }
        return "";
    }

    private static long number(List<Kept> origins, int attribute) {
        for (Kept kept : origins) {
            if (kept.die().has(attribute)) {
                return kept.die().number(attribute, 0);
            }
        }
        return 0;
    }

    private Subprogram subprogram(Kept kept) {
        List<Kept> origins = origins(kept);
        return new Subprogram(
                text(origins, Die.NAME),
                text(origins, Die.LINKAGE_NAME),
                kept.source(),
                kept.unit().code(kept.die()),
                declared(origins),
                (int) number(origins, Die.INLINE),
                (int) number(origins, Die.CALLING_CONVENTION),
                kept.die().has(Die.DECLARATION),
                number(origins, Die.NORETURN) != 0);
    }

    private SourceLine declared(List<Kept> origins) {
        for (Kept from : origins) {
            if (from.die().has(Die.DECL_FILE)) {
                String file = file(from.unit(), from.die().number(Die.DECL_FILE, 0));
                return new SourceLine(file, (int) number(origins, Die.DECL_LINE), 0);
            }
        }
        return new SourceLine("", 0, 0);
    }

    private InlinedCall inlined(Kept kept, @Nullable InlinedCall outer) {
        Die die = kept.die();
        SourceLine call =
                new SourceLine(
                        die.has(Die.CALL_FILE)
                                ? file(kept.unit(), die.number(Die.CALL_FILE, 0))
                                : "",
                        (int) die.number(Die.CALL_LINE, 0),
                        (int) die.number(Die.CALL_COLUMN, 0));
        Kept function = kept.outer();
        while (function != null && function.die().tag() == Die.TAG_INLINED) {
            function = function.outer();
        }
        String name = function == null ? "" : text(origins(function), Die.NAME);
        List<Kept> origins = origins(kept);
        return new InlinedCall(
                text(origins, Die.NAME),
                declared(origins),
                kept.unit().code(die),
                call,
                outer,
                name);
    }

    private void callSite(Kept kept) {
        boolean gnu = kept.die().tag() == Die.TAG_GNU_CALL_SITE;
        int pc = gnu ? Die.LOW_PC : Die.CALL_RETURN_PC;
        int origin = gnu ? Die.ABSTRACT_ORIGIN : Die.CALL_ORIGIN;
        if (!kept.die().has(pc)) {
            return; // a jump that never returns here
        }
        long address = kept.unit().address(kept.die(), pc);
        // The byte before belongs to the call; the return address may be the end of the section.
        Section section = kept.unit().section(address - 1);
        Kept callee = functions.get(kept.unit().reference(kept.die(), origin));
        callSites.add(
                new CallSite(
                        section,
                        address - sections.space().base(section),
                        callee == null ? "" : text(origins(callee), Die.NAME)));
    }

    private String file(Unit unit, long number) {
        Long offset = lineOffsets.get(unit);
        return offset == null
                ? "?"
                : lineHeaders
                        .computeIfAbsent(offset, o -> LineHeader.read(sections, o))
                        .file(number);
    }
}
