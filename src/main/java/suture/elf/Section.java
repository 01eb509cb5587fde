package suture.elf;

import suture.bytes.Bytes;

/**
 * One section. Two sections are the same only if they are the same object: names and contents
 * repeat.
 *
 * <p>For a section that the model keeps in a structured form (symbol table, relocations, group,
 * string table) the content is derived by the writer from that form; {@link #content} is what stood
 * in the file.
 */
public final class Section {
    private final int index;
    private final String name;
    private final SectionHeader header;
    private final Bytes content;

    /**
     * @param index position in the object's list of sections, from 0 (the null section); for order
     *     and messages only
     * @param name the name, which may be empty and may repeat
     * @param header type, flags and the other numbers
     * @param content the bytes in the file, empty for SHT_NOBITS; compressed ones as they stand
     */
    public Section(int index, String name, SectionHeader header, Bytes content) {
        this.index = index;
        this.name = name;
        this.header = header;
        this.content = content;
    }

    /**
     * Position in the object's list of sections; for order, side tables and messages, never as a
     * reference.
     */
    public int index() {
        return index;
    }

    /** The name, which may be empty and may repeat. */
    public String name() {
        return name;
    }

    /** Type, flags and the other numbers. */
    public SectionHeader header() {
        return header;
    }

    /** The bytes in the file, empty for SHT_NOBITS. */
    public Bytes content() {
        return content;
    }

    /** {@code sh_type}. */
    public int type() {
        return header.type();
    }

    /** Size in bytes when loaded; for SHT_NOBITS larger than {@link #content}. */
    public long size() {
        return header.size();
    }

    /** Whether all the flags are set; see {@link Elf}. */
    public boolean has(long flags) {
        return (header.flags() & flags) == flags;
    }

    /** Whether the section has content in the loaded image but none in the file. */
    public boolean isNobits() {
        return header.type() == Elf.SHT_NOBITS;
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "section " + index : name;
    }
}
