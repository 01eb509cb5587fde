package suture.target.xen.verify;

import suture.bytes.Bytes;
import suture.elf.ElfReader;
import suture.elf.Section;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Breaks a payload at one place, by the offsets of the format. */
final class XenEdit {
    private final ByteBuffer file;
    private final Bytes original;

    private XenEdit(Bytes original) {
        this.original = original;
        this.file = ByteBuffer.wrap(original.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    static XenEdit of(Bytes payload) {
        return new XenEdit(payload);
    }

    Bytes done() {
        return Bytes.of(file.array());
    }

    /** The file cut off. */
    Bytes cut(long size) {
        return done().slice(0, size);
    }

    XenEdit u8(int offset, int value) {
        file.put(offset, (byte) value);
        return this;
    }

    XenEdit u16(int offset, int value) {
        file.putShort(offset, (short) value);
        return this;
    }

    XenEdit u32(int offset, long value) {
        file.putInt(offset, (int) value);
        return this;
    }

    XenEdit u64(int offset, long value) {
        file.putLong(offset, value);
        return this;
    }

    private Section section(String name) {
        return Objects.requireNonNull(ElfReader.read("edit", original).section(name), name);
    }

    /** Where a section's header is. */
    int header(String name) {
        return (int) file.getLong(40) + 64 * section(name).index();
    }

    /** Where a section's content is. */
    int content(String name) {
        return (int) file.getLong(header(name) + 24);
    }

    XenEdit type(String section, int type) {
        return u32(header(section) + 4, type);
    }

    XenEdit flags(String section, long flags) {
        return u64(header(section) + 8, flags);
    }

    XenEdit address(String section, long address) {
        return u64(header(section) + 16, address);
    }

    XenEdit offset(String section, long offset) {
        return u64(header(section) + 24, offset);
    }

    XenEdit size(String section, long size) {
        return u64(header(section) + 32, size);
    }

    XenEdit link(String section, int link) {
        return u32(header(section) + 40, link);
    }

    XenEdit info(String section, int info) {
        return u32(header(section) + 44, info);
    }

    XenEdit alignment(String section, long alignment) {
        return u64(header(section) + 48, alignment);
    }

    XenEdit entrySize(String section, long size) {
        return u64(header(section) + 56, size);
    }

    XenEdit name(String section, long name) {
        return u32(header(section), name);
    }

    /** Where the entry of a symbol is. */
    int symbol(String name) {
        int index =
                ElfReader.read("edit", original).symbols().stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .index();
        return content(".symtab") + 24 * index;
    }
}
