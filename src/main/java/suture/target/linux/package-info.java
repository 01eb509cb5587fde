/**
 * Live patches of Linux: what runs, what a payload refers to in it, and the module that carries it.
 */
@NullMarked
package suture.target.linux;

import org.jspecify.annotations.NullMarked;
