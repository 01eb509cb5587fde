/**
 * Live patches of Xen: what runs, what a payload refers to in it, the payload itself, and the
 * hypervisor's own words for what it thinks of one.
 */
@NullMarked
package suture.target.xen;

import org.jspecify.annotations.NullMarked;
