package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;

import java.util.Comparator;
import java.util.List;

/** Compares one section of the original object with one place of the image. */
final class SectionMatch {
    private static final int TLSGD = 19;
    private static final int TLSLD = 20;

    private final ElfObject object;
    private final ProcessImage image;
    private final Placement placement;

    SectionMatch(ElfObject object, ProcessImage image, Placement placement) {
        this.object = object;
        this.image = image;
        this.placement = placement;
    }

    /** The first thing that does not agree. */
    record Difference(long offset, long address, String what) {}

    static List<Relocation> sorted(ElfObject object, Section section) {
        return object.relocations(section).stream()
                .sorted(Comparator.comparingLong(Relocation::offset))
                .toList();
    }

    /** Null if all agrees; then the placement has what the fields say. */
    @Nullable Difference match(Section section, long base) {
        Bytes running = image.at(base, section.size());
        if (running == null) {
            return new Difference(0, base, "the file has no such place");
        }
        if (!placement.place(section, base)) {
            return new Difference(0, base, "other code refers to another place of it");
        }
        long checked = 0;
        long skipped = -1;
        for (Relocation relocation : sorted(object, section)) {
            if (relocation.offset() == skipped || relocation.type() == 0) {
                continue;
            }
            Field field = Field.read(image, section.content(), relocation, base);
            if (field == null) {
                return difference(
                        relocation.offset(),
                        base,
                        "relocation type "
                                + relocation.type()
                                + " to "
                                + relocation.symbol()
                                + " has become something unknown");
            }
            Difference difference =
                    bytes(section, running, checked, relocation.offset() + field.from(), base);
            if (difference != null) {
                return difference;
            }
            String contradiction = learn(relocation, field);
            if (contradiction != null) {
                return difference(relocation.offset(), base, contradiction);
            }
            checked = relocation.offset() + field.to();
            skipped = field.to() > 4 ? relocation.offset() + call(relocation, field) : -1;
        }
        return bytes(section, running, checked, section.size(), base);
    }

    /** Distance of the field of a call that the linker has taken away, from the one before it. */
    private static int call(Relocation relocation, Field field) {
        return switch (relocation.type()) {
            case TLSGD -> 8;
            case TLSLD -> field.to() - 4;
            default -> 0;
        };
    }

    private static Difference difference(long offset, long base, String what) {
        return new Difference(offset, base + offset, what);
    }

    private static @Nullable Difference bytes(
            Section section, Bytes running, long from, long to, long base) {
        if (from >= to) {
            return null;
        }
        Bytes was = section.content().slice(from, to - from);
        long at = was.mismatch(running.slice(from, to - from));
        if (at < 0) {
            return null;
        }
        return difference(
                from + at,
                base,
                "the source gives %02x, there is %02x"
                        .formatted(was.u8(at), running.u8(from + at)));
    }

    /** What contradicts what is known already, or null. */
    private @Nullable String learn(Relocation relocation, Field field) {
        Symbol symbol = relocation.symbol();
        return switch (field.meaning()) {
            case ADDRESS -> address(symbol, relocation.addend(), field.value());
            case SLOT -> slot(symbol, field.value());
            case THREAD_OFFSET -> placement.thread(symbol, field.value());
            case THREAD_SLOT -> placement.threadSlot(relocation.type(), symbol, field.value());
            case IMPORTED, OPAQUE -> null;
        };
    }

    private @Nullable String address(Symbol symbol, long addend, long address) {
        Section section = symbol.section();
        if (section == null) {
            return placement.external(symbol, address);
        }
        if (symbol.type() == Elf.STT_GNU_IFUNC && image.resolverAt(address) != null) {
            return placement.chosen(symbol, section, address);
        }
        String stub = symbol.isLocal() ? null : image.stubAt(address);
        if (stub != null && !stub.isEmpty()) {
            return stub.equals(symbol.name())
                    ? null
                    : "it calls " + stub + ", the source calls " + symbol;
        }
        if (section.has(Elf.SHF_MERGE)) {
            boolean whole = symbol.type() == Elf.STT_SECTION;
            long offset = symbol.value() + (whole ? addend : 0);
            return merged(section, offset, address + (whole ? addend : 0));
        }
        return placement.place(section, address - symbol.value())
                ? null
                : "it refers to another " + symbol + " than the code before";
    }

    private @Nullable String merged(Section section, long offset, long address) {
        long size = section.header().entrySize();
        if (section.has(Elf.SHF_STRINGS) && size == 1 && offset < section.size()) {
            size = section.content().indexOf(0, offset) - offset + 1;
        }
        boolean inside = size > 0 && section.content().contains(offset, size);
        Bytes running = inside ? image.at(address, size) : null;
        return running != null && running.equals(section.content().slice(offset, size))
                ? null
                : "a constant of " + section + " is another one";
    }

    private @Nullable String slot(Symbol symbol, long slot) {
        placement.slot(symbol, slot);
        return switch (image.slot(slot)) {
            case ProcessImage.SlotContent.Address(long address) -> address(symbol, 0, address);
            case ProcessImage.SlotContent.Imported(String name) ->
                    name.equals(symbol.name())
                            ? null
                            : "it uses " + name + " where the source uses " + symbol;
            case ProcessImage.SlotContent.Unknown unknown -> null;
        };
    }
}
