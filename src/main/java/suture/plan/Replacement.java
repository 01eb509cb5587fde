package suture.plan;

import suture.elf.Symbol;

/**
 * Calls of a running function go to a travelling one.
 *
 * @param original the function's symbol in the original object
 * @param patched its symbol in the patched object; stands in {@code piece}
 * @param piece the code that replaces it
 * @param base its name in the source
 */
public record Replacement(Symbol original, Symbol patched, Piece piece, String base) {}
