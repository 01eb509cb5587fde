package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Section;
import suture.graph.AnchorCode.Step;
import suture.graph.AnchorValue.Spot;
import suture.graph.AnchorValue.Whole;
import suture.machine.AddressUse;
import suture.machine.Machine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where an indirect jump leads to. A table of addresses has relocations that tell; one of distances
 * may have none: aarch64 keeps the distances, divided by four, from a label that stands in a
 * register, ppc64 keeps those from the table, which lies behind the jump.
 */
final class AnchorJumps {
    /** How far before its jump a compiler loads the entry. */
    private static final int NEAR = 16;

    private final Machine machine;
    private final AtomStore store;
    private final Map<Atom, Set<Long>> targets = new HashMap<>();
    private final Map<Atom, Set<Long>> inside = new HashMap<>();

    AnchorJumps(Machine machine, AtomStore store) {
        this.machine = machine;
        this.store = store;
        for (Atom atom : store.atoms()) {
            for (Reference reference : atom.code() ? List.<Reference>of() : atom.references()) {
                if (reference.target().code()
                        && reference.targetExtent() == 0
                        && reference.targetOffset() > 0) {
                    (toc(atom) ? inside : targets)
                            .computeIfAbsent(reference.target(), a -> new TreeSet<>())
                            .add(reference.targetOffset());
                }
            }
        }
    }

    /** Whether it holds addresses for code, not targets of jumps. */
    private static boolean toc(Atom atom) {
        Section section = atom.section();
        return section != null && section.name().startsWith(".toc");
    }

    /**
     * The instructions that it may lead to; empty if it leaves the function, null if that is not
     * known.
     */
    @Nullable Set<Integer> of(AnchorCode code, int index, @Nullable AnchorState[] states) {
        Set<Long> known = targets.getOrDefault(code.function(), Set.of());
        Step jump = code.step(index);
        long behind = jump.offset() + jump.length();
        if (jump.extent() == 0 && inside.getOrDefault(code.function(), Set.of()).contains(behind)) {
            return behind(code, behind);
        }
        long label = -1;
        for (int i = index - 1; i >= Math.max(0, index - NEAR); i--) {
            Step step = code.step(i);
            AddressUse use = step.use();
            AnchorState state = states[i];
            if (use == null || state == null || step.extent() != jump.extent()) {
                break;
            }
            if (use.kind() == AddressUse.Kind.LABEL) {
                label = step.offset() + use.place().displacement();
            }
            Spot table = table(use, state);
            if (table != null && label >= 0) {
                return distances(code, table, label, 1 << (use.word() >>> 30 & 3));
            }
            if (table != null) {
                Set<Integer> found = entries(code, table);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return label >= 0 ? null : all(code, known);
    }

    /** The table that an instruction loads from. */
    private static @Nullable Spot table(AddressUse use, AnchorState state) {
        int found = state.addresses(use.place().bases());
        return use.kind() == AddressUse.Kind.ACCESS
                        && use.writes() != 0
                        && Integer.bitCount(found) == 1
                        && state.get(Integer.numberOfTrailingZeros(found)) instanceof Whole w
                ? w.spot().plus(use.place().displacement())
                : null;
    }

    private static Set<Integer> all(AnchorCode code, Set<Long> offsets) {
        Set<Integer> found = new TreeSet<>();
        for (long offset : offsets) {
            int at = code.at(0, offset);
            if (at >= 0) {
                found.add(at);
            }
        }
        return found;
    }

    private Set<Integer> entries(AnchorCode code, Spot table) {
        AtomMap.Hit hit = store.map().find(table.section(), table.place());
        if (hit == null) {
            return Set.of();
        }
        Set<Long> offsets = new HashSet<>();
        for (Reference r : hit.atom().references()) {
            if (r.target() == code.function() && r.targetExtent() == 0) {
                offsets.add(r.targetOffset());
            }
        }
        return all(code, offsets);
    }

    private @Nullable Set<Integer> distances(AnchorCode code, Spot table, long label, int size) {
        AtomMap.Hit hit = store.map().find(table.section(), table.place());
        if (hit == null || size > 4) {
            return null;
        }
        if (hit.offset() == table.place() && hit.atom().kind() == Atom.Kind.CONTENT) {
            hit.atom().setJumpTable();
        }
        Bytes content = hit.atom().extents().get(hit.extent()).content();
        Set<Long> offsets = new HashSet<>();
        for (long at = table.place() - hit.offset();
                at >= 0 && at + size <= content.size();
                at += size) {
            long entry =
                    switch (size) {
                        case 1 -> (byte) content.u8(at);
                        case 2 -> (short) content.u16(at, machine.order());
                        default -> (int) content.u32(at, machine.order());
                    };
            offsets.add(label + 4 * entry);
        }
        return all(code, offsets);
    }

    /** A table in the code itself: it ends where the nearest target behind it starts. */
    private Set<Integer> behind(AnchorCode code, long start) {
        Bytes content = code.function().extents().getFirst().content();
        Set<Long> offsets = new HashSet<>();
        long end = content.size();
        for (long at = start; at + 4 <= end; at += 4) {
            long target = start + (int) content.u32(at, machine.order());
            offsets.add(target);
            end = target > at ? Math.min(end, target) : end;
        }
        code.data(code.at(0, start), code.at(0, end));
        return all(code, offsets);
    }
}
