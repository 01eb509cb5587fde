package suture.target.xen.payload;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A section of the payload in the making. */
final class Part {
    /**
     * A field that a relocation fills.
     *
     * @param at offset in the part
     * @param type the machine's relocation type
     * @param label what it refers to
     * @param addend the constant part
     */
    record Fixup(long at, int type, Label label, long addend) {}

    private final String name;
    private final int type;
    private final long flags;
    private final ByteSink content = new ByteSink(ByteOrder.LITTLE_ENDIAN);
    private final List<Fixup> fixups = new ArrayList<>();
    private final Label own = Label.section(this);
    private long alignment = 1;
    private long size;

    Part(String name, int type, long flags) {
        this.name = name;
        this.type = type;
        this.flags = flags;
    }

    /** Appends content and says where it begins. */
    long append(Bytes bytes, long length, long align) {
        alignment = Math.max(alignment, align);
        long at = align <= 1 ? size : (size + align - 1) / align * align;
        if (type != Elf.SHT_NOBITS) {
            content.zeros(Math.toIntExact(at - size)).put(bytes);
            content.zeros(Math.toIntExact(length - bytes.size()));
        }
        size = at + length;
        return at;
    }

    void fix(Fixup fixup) {
        fixups.add(fixup);
    }

    String name() {
        return name;
    }

    int type() {
        return type;
    }

    long flags() {
        return flags;
    }

    long size() {
        return size;
    }

    long alignment() {
        return alignment;
    }

    List<Fixup> fixups() {
        return fixups;
    }

    /** The section symbol. */
    Label own() {
        return own;
    }

    /** The content; nothing stands in relocated fields, for the relocations have the addends. */
    Bytes bytes() {
        byte[] all = content.toBytes().toArray();
        for (Fixup fixup : fixups) {
            int width = fixup.type() == Binder.ABSOLUTE_64 ? 8 : 4;
            for (long i = fixup.at(); i < fixup.at() + width; i++) {
                all[Math.toIntExact(i)] = 0;
            }
        }
        return Bytes.of(all);
    }
}
