package suture.machine;

/** By which detour a relocation reaches its symbol. */
public enum Via {
    /** The symbol's own address or distance. */
    DIRECT,
    /** A slot of the global offset table, or the table itself. */
    GOT,
    /** A stub of the procedure linkage table, where the linker finds one necessary. */
    PLT,
    /** An offset in, or a descriptor of, thread-local storage. */
    TLS,
    /** The offset from the TOC pointer (PowerPC). */
    TOC,
    /** The size of the symbol. */
    SIZE,
    /** An offset from the section or the load base. */
    BASE,
    /** A sum that is built in the field by several relocations at one place. */
    ARITHMETIC,
    /** Made by the linker for the dynamic loader; not found in relocatable objects. */
    DYNAMIC,
    /** A marker. */
    NONE
}
