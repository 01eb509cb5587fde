/**
 * Random programs as the judge of the whole core.
 *
 * <p>csmith writes a C program without undefined behaviour; {@link suture.random.Mutator} adds
 * statements with state, tables, strings and calls, and decides for some places what the patched
 * source says instead. The result is one list of {@link suture.random.Piece pieces} from which
 * three sources are rendered: the original, the patched one, and the oracle, which holds both and
 * asks a variable at each changed place which of the two is in force.
 *
 * <p>The original runs to a barrier, is patched live, goes on to a second barrier, is reverted, and
 * goes on to its end. The oracle sets its variable at the first barrier and clears it at the
 * second. Between barriers no function of the program but {@code main} is on the stack, so a
 * program switched over at that point is exactly what the oracle computes, and the checksums have
 * to be equal. Where csmith uses pointers its program is sound for one run only; then the first
 * barrier stands before that run and there is no second.
 */
@NullMarked
package suture.random;

import org.jspecify.annotations.NullMarked;
