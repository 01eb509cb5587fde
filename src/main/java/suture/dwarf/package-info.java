/**
 * What the compiler said about its code: source lines, inlined calls, producer, struct sizes.
 *
 * <p><b>Problem.</b> Whether a changed operand is a line number, where a changed instruction comes
 * from and which function was inlined where stands in DWARF, in five to ten related sections of
 * which relocatable objects have only a raw form: most fields are filled by relocations.
 *
 * <p><b>Definitions.</b> A <i>DIE</i> is one entry of {@code .debug_info}. A <i>place</i> here is a
 * section and an offset in it, in objects and in linked files alike.
 *
 * <p><b>Algorithm.</b> {@link suture.dwarf.CodeSpace} gives each code section of a relocatable
 * object a made-up address, disjoint from all others. Relocations are applied to copies of the
 * debug sections with these addresses; from there on objects and linked files are read the same
 * way, and an address leads back to its section by binary search. The DIEs are walked once from
 * front to back without a tree; what is asked later (subprograms, inlined calls, call sites, sizes)
 * is kept in sorted arrays.
 *
 * <p><b>Example.</b> After {@code lines = LineTable.read(object)}, {@code lines.lineAt(text, 0x12)}
 * is the source line of the instruction that covers offset 0x12 of section {@code text}.
 *
 * <p>Sources: DWARF 4 and 5; {@code dwarf.h} of binutils 2.40 for the GNU extensions. Versions 2
 * and 3 are read too, as assemblers still write them.
 */
@NullMarked
package suture.dwarf;

import org.jspecify.annotations.NullMarked;
