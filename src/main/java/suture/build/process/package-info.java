/**
 * Compiles the units that a source patch touches, for the process target.
 *
 * <p>The source tree is mirrored into a private one: its directories are real, its files are links,
 * but for those that the patch changes. Each unit is compiled there three times with the program's
 * own command: as it was (this object must be what runs), and the original and the patched source
 * with every function and variable in a section of its own (these two are compared). All three have
 * the same path, so that {@code __FILE__} and the like agree; a prefix map turns the private path
 * back into the user's.
 */
@NullMarked
package suture.build.process;

import org.jspecify.annotations.NullMarked;
