/**
 * The face of the product: one class for each command, and the only place that prints, exits or
 * reads the environment.
 *
 * <p>A command's body reads as the list of the stages it is made of. Exit status: 0 done, 2 bad
 * input or usage, 3 refused, 4 nothing changed, 5 a failing tool, 70 a bug in Suture.
 */
@NullMarked
package suture.cli;

import org.jspecify.annotations.NullMarked;
