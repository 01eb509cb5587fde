package suture.dwarf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Cursor;

import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects structures with their members (DWARF 5, 5.7), then looks into members without names. */
final class LayoutReader {
    private static final int DEEPEST = 16;

    /** {@code DW_OP_plus_uconst}. */
    private static final int PLUS_UCONST = 0x23;

    private final DebugSections sections;
    private final Map<Long, Abbreviations> tables = new HashMap<>();

    /** By the place of their DIEs. */
    private final Map<Long, Raw> structs = new TreeMap<>();

    LayoutReader(DebugSections sections) {
        this.sections = sections;
    }

    /** A structure as it stands there; the name is empty if it has none. */
    private record Raw(String name, long size, List<RawMember> members) {}

    /** A member; {@code type} is the place of its type's DIE, -1 if not said. */
    private record RawMember(StructLayout.Member member, long type) {}

    Map<String, Set<StructLayout>> read() {
        long at = 0;
        try {
            while (at < sections.content("info").size()) {
                Unit unit = new Unit(sections, at);
                walk(unit);
                at = unit.end;
            }
        } catch (IndexOutOfBoundsException e) {
            throw sections.broken("info", at, e);
        }
        Map<String, Set<StructLayout>> layouts = new TreeMap<>();
        for (Raw raw : structs.values()) {
            if (!raw.name().isEmpty()) {
                List<StructLayout.Member> members = new ArrayList<>();
                flatten(raw, 0, 0, members);
                layouts.computeIfAbsent(raw.name(), _ -> new LinkedHashSet<>())
                        .add(new StructLayout(raw.size(), List.copyOf(members)));
            }
        }
        return layouts;
    }

    private void walk(Unit unit) {
        Abbreviations shapes =
                tables.computeIfAbsent(unit.abbreviations, o -> new Abbreviations(sections, o));
        Cursor in = sections.cursor("info", unit.firstDie);
        Raw none = new Raw("", 0, new ArrayList<>());
        // One element a level of the tree: the structure that the DIEs there are members of.
        Deque<Raw> outer = new ArrayDeque<>();
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
                unit.root(die);
            }
            Raw struct = struct(unit, die);
            if (struct != null) {
                structs.put(offset, struct);
            } else if (die.tag() == Die.TAG_MEMBER && !outer.isEmpty()) {
                member(unit, die, outer.peek());
            }
            if (shape.children()) {
                outer.push(struct == null ? none : struct);
            }
        }
    }

    private static @Nullable Raw struct(Unit unit, Die die) {
        String kind =
                switch (die.tag()) {
                    case Die.TAG_STRUCTURE -> "struct ";
                    case Die.TAG_UNION -> "union ";
                    case Die.TAG_CLASS -> "class ";
                    default -> null;
                };
        if (kind == null || die.has(Die.DECLARATION) || !die.has(Die.BYTE_SIZE)) {
            return null;
        }
        return new Raw(
                die.has(Die.NAME) ? kind + unit.text(die, Die.NAME) : "",
                die.number(Die.BYTE_SIZE, 0),
                new ArrayList<>());
    }

    /** A member without a place is where the structure begins, unless it is a static one. */
    private void member(Unit unit, Die die, Raw struct) {
        long at = location(die);
        if (die.has(Die.DECLARATION) || at < 0) {
            return;
        }
        long bits = die.number(Die.BIT_SIZE, 0);
        long bit = 8 * at;
        if (die.has(Die.DATA_BIT_OFFSET)) {
            bit = die.number(Die.DATA_BIT_OFFSET, 0);
        } else if (die.has(Die.BIT_OFFSET)) {
            // DWARF 2 and 3 count from the most significant bit of a unit of so many bytes.
            long from = die.number(Die.BIT_OFFSET, 0);
            long whole = 8 * die.number(Die.BYTE_SIZE, 4);
            bit += sections.order() == ByteOrder.LITTLE_ENDIAN ? whole - from - bits : from;
        }
        String name = unit.text(die, Die.NAME);
        struct.members()
                .add(
                        new RawMember(
                                new StructLayout.Member(name, bit, bits),
                                unit.reference(die, Die.TYPE)));
    }

    /** A member's place in bytes; -1 if it is computed in a way that C has no use for. */
    private long location(Die die) {
        Die.Value value = die.values().get(Die.MEMBER_LOCATION);
        if (value == null || !Forms.isBlock(value.form())) {
            return value == null ? 0 : value.number();
        }
        // DWARF 2 has an expression that is added to the structure's address.
        Cursor in = sections.cursor("info", value.number());
        return in.u8() == PLUS_UCONST ? in.uleb() : -1;
    }

    private void flatten(Raw raw, long from, int depth, List<StructLayout.Member> into) {
        for (RawMember part : raw.members()) {
            StructLayout.Member member = part.member();
            Raw inner = member.name().isEmpty() ? structs.get(part.type()) : null;
            if (inner != null && inner.name().isEmpty() && depth < DEEPEST) {
                flatten(inner, from + member.bit(), depth + 1, into);
            } else {
                into.add(
                        new StructLayout.Member(member.name(), from + member.bit(), member.bits()));
            }
        }
    }
}
