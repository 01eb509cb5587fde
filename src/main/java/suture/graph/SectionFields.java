package suture.graph;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.machine.Machine;
import suture.machine.RelocationKind;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The relocations of an object by the section that they apply to. */
final class SectionFields {
    private static final Comparator<Relocation> ORDER =
            Comparator.comparingLong(Relocation::offset);

    private SectionFields() {}

    /**
     * By index of the section, ordered by offset, all with their addends: those of SHT_REL stand in
     * the fields.
     */
    static List<List<Relocation>> of(ElfObject object, Machine machine) {
        List<List<Relocation>> all =
                new ArrayList<>(Collections.nCopies(object.sections().size(), List.of()));
        for (RelocationSection table : object.relocationSections()) {
            Section target = table.target();
            if (target != null) {
                List<Relocation> before = all.get(target.index());
                List<Relocation> entries = new ArrayList<>(before);
                entries.addAll(
                        table.explicitAddend()
                                ? table.entries()
                                : withAddends(object, machine, target, table.entries()));
                entries.sort(ORDER);
                all.set(target.index(), entries);
            }
        }
        return all;
    }

    private static List<Relocation> withAddends(
            ElfObject object, Machine machine, Section section, List<Relocation> entries) {
        List<Relocation> all = new ArrayList<>(entries.size());
        for (Relocation entry : entries) {
            RelocationKind kind = machine.relocation(entry.type());
            int width = kind == null || !kind.wholeBytes() ? 0 : kind.width();
            if (!section.content().contains(entry.offset(), width)) {
                throw new FormatException(
                        object.file(),
                        section.name(),
                        entry.offset(),
                        "a field of " + width + " bytes",
                        "a section of " + section.content().size() + " bytes");
            }
            long addend = addend(machine, section.content(), entry.offset(), width);
            all.add(new Relocation(entry.offset(), entry.type(), entry.symbol(), addend));
        }
        return all;
    }

    private static long addend(Machine machine, Bytes content, long at, int width) {
        return switch (width) {
            case 1 -> (byte) content.u8(at);
            case 2 -> (short) content.u16(at, machine.order());
            case 4 -> content.s32(at, machine.order());
            case 8 -> content.s64(at, machine.order());
            default -> 0;
        };
    }
}
