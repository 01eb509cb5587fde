/** Live patches of Xen: what runs, what a payload refers to in it, and the payload itself. */
@NullMarked
package suture.target.xen;

import org.jspecify.annotations.NullMarked;
