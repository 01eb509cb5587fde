package suture.diff;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.ElfWriter;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** An object that differs from a compiled one in a single place, written and read again. */
final class Mutant {
    private Mutant() {}

    /** With other bits in one byte of a section. */
    static ElfObject flipped(ElfObject object, Section section, long offset, int bits) {
        var layout = Objects.requireNonNull(object.layout());
        byte[] image = layout.image().toArray();
        image[(int) (layout.sections().offset(section.index()) + offset)] ^= (byte) bits;
        return ElfReader.read("mutant.o", Bytes.of(image));
    }

    /** With something else in the place of one relocation. */
    static ElfObject relocated(
            ElfObject object, RelocationSection table, int index, Relocation to) {
        List<RelocationSection> tables = new ArrayList<>();
        for (RelocationSection each : object.relocationSections()) {
            List<Relocation> entries = new ArrayList<>(each.entries());
            if (each.section() == table.section()) {
                entries.set(index, to);
            }
            tables.add(
                    new RelocationSection(
                            each.section(), each.target(), each.explicitAddend(), entries));
        }
        ElfObject edited =
                new ElfObject(
                        "mutant.o",
                        object.header(),
                        object.sections(),
                        object.symbols(),
                        object.dynamicSymbols(),
                        tables,
                        object.groups(),
                        object.segments(),
                        object.layout());
        return ElfReader.read("mutant.o", ElfWriter.write(edited));
    }
}
