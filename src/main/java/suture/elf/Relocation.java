package suture.elf;

/**
 * One relocation.
 *
 * @param offset offset in bytes in the section it applies to (an address in a linked file)
 * @param type its number for the machine
 * @param symbol what it refers to; the null symbol (index 0, no name) if nothing
 * @param addend the constant part; for SHT_REL 0, the constant part stands in the field then
 */
public record Relocation(long offset, int type, Symbol symbol, long addend) {}
