package suture.plan;

import suture.bytes.Bytes;
import suture.elf.Section;
import suture.elf.Symbol;

import java.util.List;

/** A range of a section of the patched object that goes into the payload. Compared by identity. */
public final class Piece {
    /** What a piece is; decides where a target puts it. */
    public enum Kind {
        /** Executable code: a function or its cold part, with its prefix bytes. */
        CODE,
        /** Constant content: strings, tables, read-only variables. */
        CONSTANT,
        /** New state: variables that the running image does not have. */
        STATE,
        /** One entry of a special section, about a site in a travelling function. */
        ENTRY
    }

    private final Kind kind;
    private final Section section;
    private final long offset;
    private final long size;
    private final List<Symbol> symbols;
    private List<Link> links = List.of();

    /**
     * @param kind what it is
     * @param section the section of the patched object it is cut out of
     * @param offset first byte in that section
     * @param size number of bytes
     * @param symbols the patched object's symbols that are defined inside, in order of value
     */
    public Piece(Kind kind, Section section, long offset, long size, List<Symbol> symbols) {
        this.kind = kind;
        this.section = section;
        this.offset = offset;
        this.size = size;
        this.symbols = List.copyOf(symbols);
    }

    /** What it is. */
    public Kind kind() {
        return kind;
    }

    /** The section of the patched object it is cut out of. */
    public Section section() {
        return section;
    }

    /** First byte in that section. */
    public long offset() {
        return offset;
    }

    /** Number of bytes. */
    public long size() {
        return size;
    }

    /** The patched object's symbols that are defined inside, in order of value. */
    public List<Symbol> symbols() {
        return symbols;
    }

    /** The bytes; empty for a section without content in the file. */
    public Bytes content() {
        return section.isNobits() ? Bytes.EMPTY : section.content().slice(offset, size);
    }

    /**
     * Its references, in order of {@link Link#at}; pieces refer to each other in cycles, so these
     * are set once, last.
     */
    public List<Link> links() {
        return links;
    }

    void setLinks(List<Link> links) {
        this.links = List.copyOf(links);
    }

    @Override
    public String toString() {
        return symbols.isEmpty()
                ? section + "+0x" + Long.toHexString(offset)
                : symbols.getFirst().name();
    }
}
