/**
 * Finding for each thing of the original object its twin in the patched one.
 *
 * <p><b>Problem.</b> Functions and variables have an identity that outlives a compilation: a caller
 * of a changed function is not itself changed, and a static variable must keep its running state.
 * Their names are only hints: the compiler numbers clones and statics anew each time, drops and
 * adds suffixes, and gives the same name to different things.
 *
 * <p><b>Algorithm.</b> From what is certain outwards. (1) Names that are contracts between files.
 * (2) Names in the source that are unique among their kind, file and side. (3) Equality: two paired
 * functions that are equal but for things not yet paired force those pairs, position by position; a
 * clone that equals exactly one candidate is paired with it. This repeats until nothing is added.
 * (4) Functions that remain are paired by their names; a wrong guess here costs only size, as both
 * are then changed. (5) State that remains is paired inside pairs of functions, if just one
 * candidate is left on each side; otherwise the finding lists the candidates, for a wrong guess
 * there would hand one variable's value to another.
 *
 * <p><b>Equality</b> ({@link suture.match.Comparer}): same extents, same bytes outside of reference
 * fields, the same references in the same places. Two targets are the same if they are twins, carry
 * the same contract name, or hold equal content and no state; content is compared as deep as it
 * reaches, and a cycle is equal if nothing in it differs.
 *
 * <p><b>Example.</b> Original: {@code a} uses {@code n.1}, {@code b} uses {@code n.0}; patched:
 * {@code a} uses {@code n.2}, {@code b} is edited and uses {@code n.1}. {@code a} is equal but for
 * its static, so {@code n.1} and {@code n.2} are twins; then {@code b}'s {@code n.0} and {@code
 * n.1} are the only ones left of that base, and are twins too.
 */
@NullMarked
package suture.match;

import org.jspecify.annotations.NullMarked;
