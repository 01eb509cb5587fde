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
    private enum Kind {
        WORD,
        DOUBLE,
        IGNORED
    }

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
            Kind kind = kind(section, relocation);
            if (kind == Kind.IGNORED) {
                continue;
            }
            int width = kind == Kind.WORD ? 4 : 8;
            if (!content.contains(relocation.offset(), width)) {
                throw new FormatException(
                        file(),
                        section.toString(),
                        relocation.offset(),
                        "a relocated field within " + content.size() + " bytes",
                        "one of " + width + " bytes");
            }
            int at = (int) relocation.offset();
            Section target = relocation.symbol().section();
            long value = target == null ? 0 : space.base(target) + relocation.symbol().value();
            long addend = relocation.addend();
            if (!relocations.explicitAddend()) {
                addend = width == 4 ? buffer.getInt(at) : buffer.getLong(at);
            }
            if (width == 4) {
                buffer.putInt(at, (int) (value + addend));
            } else {
                buffer.putLong(at, value + addend);
            }
        }
        return Bytes.of(patched);
    }

    /**
     * Absolute fields are filled; offsets in thread-local storage say nothing about code. Numbers:
     * processor supplements; {@code elf.h} of glibc 2.36.
     */
    private Kind kind(Section section, Relocation relocation) {
        int type = relocation.type();
        Kind kind =
                switch (object.header().machine()) {
                    case Elf.EM_X86_64 -> kind(type, 10, 1, 17, 21);
                    case Elf.EM_386 -> kind(type, 1, -1, 32, 36);
                    case Elf.EM_AARCH64 -> kind(type, 258, 257, 1028, 1029);
                    case Elf.EM_S390 -> kind(type, 4, 22, 52, 53);
                    case Elf.EM_PPC64 -> kind(type, 1, 38, 78, 110);
                    case Elf.EM_ARM -> kind(type, 2, -1, 106, 106);
                    default -> null;
                };
        if (kind == null) {
            throw new FormatException(
                    file(),
                    section.toString(),
                    relocation.offset(),
                    "a relocation for debug information that is known on this machine",
                    "type " + type + " of machine " + object.header().machine());
        }
        return kind;
    }

    private static @Nullable Kind kind(int type, int word, int wide, int tls, int otherTls) {
        if (type == word) {
            return Kind.WORD;
        }
        if (type == wide) {
            return Kind.DOUBLE;
        }
        return type == tls || type == otherTls || type == 0 ? Kind.IGNORED : null;
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
