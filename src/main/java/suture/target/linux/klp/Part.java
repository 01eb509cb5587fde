package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A section of the module in the making. */
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
    private final ByteSink content;
    private final List<Fixup> fixups = new ArrayList<>();
    private final Map<String, List<Fixup>> livepatch = new TreeMap<>();
    private final List<long[]> fields = new ArrayList<>();
    private long alignment = 1;
    private long size;
    private @Nullable Label own;

    Part(String name, int type, long flags, ByteOrder order) {
        this.name = name;
        this.type = type;
        this.flags = flags;
        this.content = new ByteSink(order);
    }

    /** Appends content and says where it begins. */
    long append(Bytes bytes, long length, long align) {
        alignment = Math.max(alignment, align);
        long at = align <= 1 ? size : (size + align - 1) / align * align;
        if (!isNobits()) {
            content.zeros(Math.toIntExact(at - size)).put(bytes);
            content.zeros(Math.toIntExact(length - bytes.size()));
        }
        size = at + length;
        return at;
    }

    /** Aligns the part itself. */
    void alignTo(long least) {
        alignment = Math.max(alignment, least);
    }

    /** Adds an ordinary relocation; the field's bytes become zero, which the loader demands. */
    void fix(Fixup fixup, int width) {
        fixups.add(fixup);
        fields.add(new long[] {fixup.at(), width});
    }

    /** Adds a relocation for the livepatch core, to be applied when the object is there. */
    void fixLater(String object, Fixup fixup, int width) {
        livepatch.computeIfAbsent(object, _ -> new ArrayList<>()).add(fixup);
        fields.add(new long[] {fixup.at(), width});
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

    boolean isNobits() {
        return type == Elf.SHT_NOBITS;
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

    Map<String, List<Fixup>> livepatch() {
        return livepatch;
    }

    /** The section symbol. */
    Label own() {
        if (own == null) {
            own = Label.in(this, "", 0, 0, Elf.STT_SECTION);
        }
        return own;
    }

    Bytes bytes() {
        byte[] all = content.toBytes().toArray();
        for (long[] field : fields) {
            for (long i = field[0]; i < field[0] + field[1]; i++) {
                all[Math.toIntExact(i)] = 0;
            }
        }
        return Bytes.of(all);
    }
}
