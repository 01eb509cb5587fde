/** What is particular to a processor. */
@NullMarked
package suture.machine;

import org.jspecify.annotations.NullMarked;
