package suture.dwarf;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.Cursor;
import suture.bytes.FormatException;
import suture.elf.Compression;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** The debug sections of an object: decompressed, relocated. */
final class DebugSections {
    private final ElfObject object;
    private final CodeSpace space;
    private final Map<String, Bytes> contents = new HashMap<>();
    private final Map<Section, RelocationSection> relocations = new HashMap<>();

    DebugSections(ElfObject object) {
        this.object = object;
        this.space = new CodeSpace(object);
        if (object.header().type() == Elf.ET_REL) {
            object.relocationSections().forEach(r -> putTarget(r));
        }
    }

    private void putTarget(RelocationSection section) {
        Section target = section.target();
        if (target != null && target.name().contains("debug_")) {
            if (relocations.put(target, section) != null) {
                throw only(target, "one list of relocations");
            }
        }
    }

    CodeSpace space() {
        return space;
    }

    ByteOrder order() {
        return object.header().order();
    }

    String file() {
        return object.file();
    }

    /** The content of {@code .debug_NAME}, empty if the object has none. */
    Bytes content(String name) {
        return contents.computeIfAbsent(name, this::load);
    }

    Cursor cursor(String name, long offset) {
        return new Cursor(content(name), order()).seek(offset);
    }

    private Bytes load(String name) {
        @Nullable Section section = object.section(".debug_" + name);
        if (section == null) {
            section = object.section(".zdebug_" + name);
        }
        if (section == null || section.isNobits()) {
            return Bytes.EMPTY;
        }
        for (Section other : object.sections()) {
            if (other != section && other.name().equals(section.name())) {
                throw only(section, "one section of this name");
            }
        }
        Bytes content = Compression.content(object, section);
        RelocationSection relocations = this.relocations.get(section);
        return relocations == null ? content : relocated(section, content, relocations);
    }

    private FormatException only(Section section, String expected) {
        return new FormatException(file(), section.toString(), -1, expected, "a second one");
    }

    private Bytes relocated(Section section, Bytes content, RelocationSection relocations) {
        byte[] patched = content.toArray();
        ByteBuffer buffer = ByteBuffer.wrap(patched).order(order());
        for (Relocation relocation : relocations.entries()) {
            DebugField field = field(section, relocation);
            if (field.operation() == DebugField.Operation.IGNORE) {
                continue;
            }
            int at = place(section, content, buffer, relocation, field);
            Section target = relocation.symbol().section();
            long value = target == null ? 0 : space.base(target) + relocation.symbol().value();
            long addend =
                    relocations.explicitAddend() ? relocation.addend() : field.read(buffer, at);
            field.apply(buffer, at, value + addend);
        }
        return Bytes.of(patched);
    }

    private int place(
            Section section,
            Bytes content,
            ByteBuffer buffer,
            Relocation relocation,
            DebugField field) {
        long at = relocation.offset();
        try {
            if (content.contains(at, 1)
                    && content.contains(at, field.width(buffer, Math.toIntExact(at)))) {
                return (int) at;
            }
        } catch (IndexOutOfBoundsException e) {
            throw broken(section.name().replaceFirst("^\\.z?debug_", ""), at, e);
        }
        throw new FormatException(
                file(),
                section.toString(),
                at,
                "a relocated field within " + content.size() + " bytes",
                "one that leads outside");
    }

    private DebugField field(Section section, Relocation relocation) {
        DebugField field = DebugField.of(object.header().machine(), relocation.type());
        if (field == null) {
            throw new FormatException(
                    file(),
                    section.toString(),
                    relocation.offset(),
                    "a relocation for debug information that is known on this machine",
                    "type " + relocation.type() + " of machine " + object.header().machine());
        }
        return field;
    }

    /** Says that a section breaks off or leads outside. */
    FormatException broken(String section, long offset, IndexOutOfBoundsException cause) {
        return new FormatException(
                file(),
                ".debug_" + section,
                offset,
                "debug information that stays within its sections",
                String.valueOf(cause.getMessage()));
    }
}
