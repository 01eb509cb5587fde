/**
 * What travels: from verdicts on two objects to the exact content of a payload, independent of any
 * target.
 *
 * <p><b>Definitions.</b> A {@link suture.plan.UnitPlan} covers one translation unit. Its {@link
 * suture.plan.Piece}s are the ranges of the patched object's sections that go into the payload
 * (functions, private constants, new data, entries of special sections). Each relocation of a piece
 * becomes a {@link suture.plan.Link} to a {@link suture.plan.Destination}: another piece, a thing
 * that is running already (named by its place in the original object), or an external symbol. A
 * {@link suture.plan.Replacement} says that calls of a running function go to a piece.
 *
 * <p>A target needs nothing else: it finds the address, position or export of each running thing,
 * lays the pieces out, writes the links as relocations of its kind, and registers the replacements
 * in its form.
 *
 * <p>The units of a patch are planned together. What one of them refers to and does not define may
 * be what the patch adds to another one, which then travels, or makes global there, which runs
 * already under a name that only that unit's original tells. That is a linker's part, and like a
 * linker it brings only what somebody wants; whose names count is the target's {@link
 * suture.plan.Visibility}: a module of the kernel sees the kernel's and those of modules that it
 * needs.
 *
 * <p>Of what a patch asks to be called ({@link suture.plan.Hooks}), what the target calls travels:
 * Xen finds its hooks as data, the livepatch core as {@link suture.plan.Callback}s.
 *
 * <p><b>Example.</b> A changed static function {@code f} that reads the running variable {@code
 * count} and prints a string: two pieces (f's code, the string), three links (to {@code count}:
 * running; to the string: piece; to {@code _printk}: external), one replacement.
 */
@NullMarked
package suture.plan;

import org.jspecify.annotations.NullMarked;
