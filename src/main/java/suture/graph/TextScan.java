package suture.graph;

import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.machine.RelocationKind;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One pass over all code: how far each PC-relative field is from the place that it is relative to,
 * and which branches the assembler resolved itself although they leave their function.
 */
final class TextScan {
    /**
     * A branch, or another PC-relative operand, without relocation.
     *
     * @param section the section it is in
     * @param field offset of its displacement in the section
     * @param width size of the displacement in bytes
     * @param target offset in the same section that it goes to
     * @param operation the rest of its instruction where the field covers a whole one, else 0
     */
    record Branch(Section section, long field, int width, long target, long operation) {}

    private final Machine machine;
    private final boolean gcc;
    private final AtomStore store;
    private final List<List<Relocation>> relocations;
    private final long[][] biases;
    private final BitSet[] constantParts;
    private final List<Branch> branches = new ArrayList<>();

    TextScan(Machine machine, boolean gcc, AtomStore store, List<List<Relocation>> relocations) {
        this.machine = machine;
        this.gcc = gcc;
        this.store = store;
        this.relocations = relocations;
        this.biases = new long[relocations.size()][];
        this.constantParts = new BitSet[relocations.size()];
    }

    /**
     * What must be added to the addend of the section's n-th relocation to get the place that is
     * meant.
     */
    long bias(Section section, int relocation) {
        long[] all = biases[section.index()];
        return all == null ? 0 : all[relocation];
    }

    /** Whether gcc may have made some of it. */
    boolean gcc() {
        return gcc;
    }

    /** Whether the field of the section's n-th relocation is only part of an address. */
    boolean isConstantPart(Section section, int relocation) {
        BitSet all = constantParts[section.index()];
        return all != null && all.get(relocation);
    }

    /** How far behind its symbol the place lies that the section's n-th relocation names. */
    long beyond(Section section, int relocation) {
        Relocation field = relocations.get(section.index()).get(relocation);
        if (field.symbol().type() != Elf.STT_SECTION) {
            return 0;
        }
        int bits = SpecialSections.distanceBits(section.name());
        return bits > 0
                ? field.addend() << (64 - bits) >> (64 - bits)
                : field.addend() + bias(section, relocation);
    }

    /** Makes the section's n-th relocation, which is PC-relative, count from another place. */
    void countFrom(Section section, int relocation, long place) {
        List<Relocation> all = relocations.get(section.index());
        if (biases[section.index()] == null) {
            biases[section.index()] = new long[all.size()];
        }
        biases[section.index()][relocation] = place - all.get(relocation).offset();
    }

    List<Branch> branches() {
        return branches;
    }

    void run() {
        for (Section section : store.object().sections()) {
            if (section.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR) && !section.isNobits()) {
                scan(section);
            }
        }
    }

    private void scan(Section section) {
        biases[section.index()] = new long[relocations.get(section.index()).size()];
        constantParts[section.index()] = new BitSet();
        List<AtomMap.Hit> atoms = store.map().in(section);
        if (atoms.isEmpty()) {
            scan(section, new Extent(section, 0, section.size()), false);
            return;
        }
        for (AtomMap.Hit hit : atoms) {
            scan(section, hit.atom().extents().get(hit.extent()), atoms.size() > 1);
        }
    }

    private void scan(Section section, Extent extent, boolean shared) {
        List<Relocation> fields = relocations.get(section.index());
        int next = firstAt(fields, extent.offset());
        if (!shared
                && (next == fields.size()
                        || fields.get(next).offset() >= extent.offset() + extent.size())) {
            return;
        }
        InstructionCursor cursor =
                machine.instructions(section.content().slice(extent.offset(), extent.size()));
        while (cursor.next()) {
            long start = extent.offset() + cursor.offset();
            long end = start + cursor.length();
            boolean relocated = false;
            while (next < fields.size() && fields.get(next).offset() < end) {
                Relocation field = fields.get(next);
                relocated |=
                        cursor.displacementSize() > 0
                                && field.offset() == start + cursor.displacementOffset();
                biases[section.index()][next] = bias(section, field, start, cursor.length());
                constantParts[section.index()].set(
                        next++, cursor.isConstantPart((int) (field.offset() - start), gcc));
            }
            if (shared && !relocated) {
                resolved(section, extent, start, cursor);
            }
        }
    }

    /** A branch, or on x86 the address of a function, that the assembler knew itself. */
    private void resolved(Section section, Extent extent, long start, InstructionCursor cursor) {
        int width = cursor.displacementSize();
        long field = start + cursor.displacementOffset();
        long target;
        if (cursor.hasTarget() || cursor.knowsOperand()) {
            target = extent.offset() + cursor.target();
        } else if (cursor.pcRelativeMemory() && width == 4 && width < cursor.length()) {
            int distance = section.content().s32(field, machine.order());
            target = start + cursor.length() + distance;
        } else {
            return;
        }
        if (!extent.contains(target)) {
            branches.add(new Branch(section, field, width, target, cursor.operation()));
        }
    }

    private long bias(Section section, Relocation field, long instruction, int length) {
        return machine.bias(kind(section, field), (int) (field.offset() - instruction), length);
    }

    RelocationKind kind(Section section, Relocation relocation) {
        RelocationKind kind = machine.relocation(relocation.type());
        if (kind == null) {
            throw new FormatException(
                    store.object().file(),
                    section.name(),
                    relocation.offset(),
                    "a relocation type of " + machine.name(),
                    "type " + relocation.type());
        }
        return kind;
    }

    static int firstAt(List<Relocation> fields, long offset) {
        int low = 0;
        int high = fields.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (fields.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
