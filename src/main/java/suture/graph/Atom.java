package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.elf.Section;
import suture.elf.Symbol;

import java.util.List;

/**
 * The smallest thing that can be replaced or kept. Compared by identity; {@link #id} orders the
 * atoms of a graph.
 */
public final class Atom {
    /** What an atom is. */
    public enum Kind {
        /** Code with a function symbol, cold parts included. */
        FUNCTION,
        /** Code that no function symbol covers: assembler, replacement code of an alternative. */
        CODE,
        /** A datum with a symbol. */
        VARIABLE,
        /** A string literal. */
        STRING,
        /** Data without a symbol: constants, jump tables, initialisers. */
        CONTENT,
        /** One entry of a special section. */
        ENTRY,
        /** Defined elsewhere, absolute, or a common symbol. */
        EXTERNAL
    }

    private final int id;
    private final Kind kind;
    private final @Nullable Symbol symbol;
    private final List<Symbol> symbols;
    private final String file;
    private final boolean state;
    private final @Nullable SpecialSection special;
    private final @Nullable Section section;
    private @Nullable LineField recordLine;
    private boolean madeForSite;
    private boolean jumpTable;
    private boolean usedFromStart;
    private List<Extent> extents;
    private List<Reference> references = List.of();
    private @Nullable List<Reference> uses;
    private List<Atom> entries = List.of();
    private @Nullable Atom owner;
    private @Nullable Atom prefix;

    Atom(
            int id,
            Kind kind,
            @Nullable Symbol symbol,
            List<Symbol> symbols,
            String file,
            boolean state,
            @Nullable SpecialSection special,
            List<Extent> extents) {
        this.id = id;
        this.kind = kind;
        this.symbol = symbol;
        this.symbols = symbols;
        this.file = file;
        this.state = state;
        this.special = special;
        this.extents = extents;
        this.section = extents.isEmpty() ? null : extents.getFirst().section();
        this.recordLine = section == null ? null : SpecialSections.lineOfRecord(section.name());
        this.madeForSite = isMadeForSite();
    }

    /**
     * The text of a string literal from an offset on, up to its terminator; empty outside of it.
     */
    public String text(long offset) {
        return extents.isEmpty() || offset < 0 || offset >= size()
                ? ""
                : extents.getFirst().content().cstring(offset);
    }

    /**
     * Whether a macro or the compiler made it for the one site that uses it: a fresh copy beside a
     * fresh copy of the site is right, though it is writable.
     */
    public boolean madeForSite() {
        return madeForSite;
    }

    private boolean isMadeForSite() {
        return section != null
                && !code()
                && (recordLine != null
                        || SpecialSections.isOnce(section.name())
                        || (symbol != null && NameGrammar.isSiteStatic(symbol.name())));
    }

    /**
     * What the compiler put in front of the function for its use, without a symbol: the distance to
     * the TOC (ppc64le, {@code -mcmodel=large}); or null.
     */
    public @Nullable Atom prefix() {
        return prefix;
    }

    void setPrefix(Atom prefix) {
        this.prefix = prefix;
        prefix.owner = this;
    }

    /** Where it holds the line of the site it is about, by the table of its kind; or null. */
    public @Nullable LineField lineField() {
        SpecialSection table = special;
        if (table == null) {
            return recordLine;
        }
        for (SpecialSection.Layout layout : table.layouts()) {
            if (layout.size() == size() && layout.line() != null) {
                return layout.line();
            }
        }
        return null;
    }

    /** Position in {@link ObjectGraph#atoms}. */
    public int id() {
        return id;
    }

    /** What it is. */
    public Kind kind() {
        return kind;
    }

    /** The symbol that names it best, or null. */
    public @Nullable Symbol symbol() {
        return symbol;
    }

    /**
     * All symbols at its start, the best one included: several if functions were folded or aliased.
     */
    public List<Symbol> symbols() {
        return symbols;
    }

    /**
     * The source file that a local symbol belongs to by the FILE symbol before it; empty if
     * unknown.
     */
    public String file() {
        return file;
    }

    /** Whether it holds state: writable data that must not be copied. */
    public boolean state() {
        return state;
    }

    /** The kind of table that an entry belongs to; null for everything else. */
    public @Nullable SpecialSection special() {
        return special;
    }

    /**
     * Its ranges: the first is the body, others are cold parts; none if it is defined elsewhere.
     */
    public List<Extent> extents() {
        return extents;
    }

    /** Its references, ordered by extent and offset. */
    public List<Reference> references() {
        return references;
    }

    /**
     * Its references, with the places that it really reaches in place of section anchors where
     * those are known: what a comparison asks, not what a linker needs.
     */
    public List<Reference> uses() {
        return uses == null ? references : uses;
    }

    /** Whether {@link #uses} may differ from {@link #references}. */
    public boolean resolved() {
        return uses != null;
    }

    void setUses(List<Reference> uses) {
        this.uses = uses;
    }

    /**
     * For a function: the entries of special sections about its sites, ordered by section, then by
     * place.
     */
    public List<Atom> entries() {
        return entries;
    }

    /** For an entry: the code whose site it describes, null if it names none. */
    public @Nullable Atom owner() {
        return owner;
    }

    /** The name of its symbol, empty if it has none. */
    public String name() {
        return symbol == null ? "" : symbol.name();
    }

    /** Whether other files can use it by a symbol. */
    public boolean visible() {
        return symbol != null && !symbol.isLocal();
    }

    /** Whether its name is a contract between files: global, weak or not defined here. */
    public boolean named() {
        return visible() && NameGrammar.isContract(name());
    }

    /** Whether it is code. */
    public boolean code() {
        return kind == Kind.FUNCTION || kind == Kind.CODE;
    }

    /** The section of its body, or null if it is defined elsewhere. */
    public @Nullable Section section() {
        return section;
    }

    /** Total number of bytes. */
    public long size() {
        long size = 0;
        for (Extent extent : extents) {
            size += extent.size();
        }
        return size;
    }

    /** Makes it the compiler's record about one site, with the line in a place or nowhere. */
    void setRecord(@Nullable LineField line) {
        madeForSite = true;
        recordLine = line;
    }

    /** Whether it holds nothing but where a jump leads to. */
    public boolean isJumpTable() {
        return jumpTable
                || (kind == Kind.CONTENT
                        && !references.isEmpty()
                        && references.stream()
                                .allMatch(r -> r.target().code() && r.targetOffset() > 0));
    }

    /** Says so of one that holds distances without relocations. */
    void setJumpTable() {
        jumpTable = true;
    }

    /** Whether somebody means it by naming the place where it starts. */
    public boolean isUsedFromStart() {
        return usedFromStart;
    }

    /** Tells those that it uses from their start. */
    void settleUses() {
        for (Reference use : uses()) {
            if (use.targetOffset() == 0 && use.reach() != Reference.Reach.SECTION) {
                use.target().usedFromStart = true;
            }
        }
    }

    void addExtent(Extent extent) {
        List<Extent> all = new java.util.ArrayList<>(extents);
        all.add(extent);
        extents = List.copyOf(all);
    }

    void setReferences(List<Reference> references) {
        this.references = references;
    }

    void setEntries(List<Atom> entries) {
        this.entries = entries;
    }

    void setOwner(Atom owner) {
        this.owner = owner;
    }

    /** Its name, or where it lies. */
    @Override
    public String toString() {
        if (symbol != null) {
            return symbol.name();
        }
        return extents.isEmpty()
                ? "atom " + id
                : extents.getFirst().section()
                        + "+0x"
                        + Long.toHexString(extents.getFirst().offset());
    }
}
