/**
 * What Suture has to say about a patch: findings, as opposed to errors in the input.
 *
 * <p>A finding says how bad it is, by which rule, about what, where, why, and what to do next. A
 * stage collects all of its findings; one of severity {@code ERROR} refuses the patch.
 */
@NullMarked
package suture.finding;

import org.jspecify.annotations.NullMarked;
