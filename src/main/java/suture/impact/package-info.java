/**
 * How a change of one function reaches others: inlining and interprocedural optimisation.
 *
 * <p><b>Problem.</b> A compiler lets the code of one function depend on the body of another. Who
 * replaces a function must replace those too, and wants to know why.
 *
 * <p><b>Definitions.</b> A {@link suture.impact.Fact} is one such dependence, with the place where
 * it shows and what it was read from. A function is <i>impacted</i> if a chain of facts leads to it
 * from a changed one. {@link suture.impact.Hidden} effects leave no mark in an object: that one may
 * have happened is said, never assumed or denied.
 *
 * <p><b>Algorithm.</b> Each object is read once: inlined bodies out of debug information and {@code
 * -fdump-ipa-clones}, copies out of names, callers out of references, folded functions out of
 * addresses and debug information, kept registers and calls without a return out of the code. An
 * {@link suture.impact.Index} holds the facts of any number of objects by the name of the changed
 * function; a breadth-first search follows them. A change in the source reaches every form of a
 * function; a change that reached one symbol goes on only through facts about that symbol.
 *
 * <p><b>Example.</b> {@code static int g(int)} is only called by {@code f}, which inlines it: after
 * a change of {@code g}, {@code f} is impacted, "inlines g at t.c:4", and {@code g} has no code to
 * redirect.
 */
@NullMarked
package suture.impact;

import org.jspecify.annotations.NullMarked;
