/** What all of the Xen target share: the hypervisor's own words. */
@NullMarked
package suture.target.xen;

import org.jspecify.annotations.NullMarked;
