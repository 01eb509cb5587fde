/**
 * The payload: a plan as an object that Xen's own loader takes ("xSplice").
 *
 * <p><b>Problem.</b> Xen links a payload against itself by name, takes a handful of relocation
 * types, refuses a new symbol whose name exists anywhere, reads tables by the names of their
 * sections, and checks little else (Xen 4.17 {@code xen/common/livepatch.c}, {@code
 * xen/common/livepatch_elf.c}, {@code xen/arch/x86/livepatch.c}).
 *
 * <p><b>Algorithm.</b> 1. {@link suture.target.xen.payload.Placement} lays the pieces of all units
 * out in few sections: code, constants, state, and each table under its own name. 2. {@link
 * suture.target.xen.payload.Binder} turns each link into a relocation to a place of the payload, or
 * to an undefined symbol with a name of the hypervisor's table. 3. {@link
 * suture.target.xen.payload.FunctionTable} writes {@code .livepatch.funcs}, with what the running
 * bytes of each function are expected to be. 4. Notes, facts and names are added.
 *
 * <p><b>Names.</b> Everything inside is referred to by section symbols, which the loader does not
 * enter in its table. Named are only the new bodies of running functions (a name at such a place is
 * not "new" to the loader, and backtraces show it) and new functions and variables, whose names end
 * in a part of the payload's own build id: so two payloads never collide, and a later one can still
 * refer to them.
 *
 * <p><b>Replaced functions.</b> A reference to one always goes to the running entry by its name,
 * never to the new body: what stores the address keeps a valid one when the payload is reverted and
 * unloaded, and a later payload that replaces the function again is seen by all callers.
 *
 * <p><b>Example.</b> A changed {@code f} of {@code common/kernel.c} that calls the static {@code g}
 * and prints a string: sections {@code .text}, {@code .rodata}, {@code .livepatch.funcs}, three
 * notes; symbols {@code common/kernel.c#f}, and undefined {@code common/kernel.c#g} and {@code
 * printk}.
 */
@NullMarked
package suture.target.xen.payload;

import org.jspecify.annotations.NullMarked;
