/**
 * The hypervisor that runs, read from its {@code xen-syms}.
 *
 * <p><b>Problem.</b> A payload names what it needs, and the hypervisor looks each name up in a
 * table that was linked into it; the symbol table of {@code xen-syms} has other names, and more.
 *
 * <p><b>Definitions.</b> {@link suture.target.xen.image.SymbolTable} decodes the table that the
 * hypervisor's loader uses. In it a local symbol is called {@code FILE#NAME}, where FILE is the
 * name of its unit. {@link suture.target.xen.image.XenImage} joins it with the sizes of {@code
 * xen-syms}, and knows what the hypervisor changes in itself while it starts: {@link
 * suture.target.xen.image.Alternatives}, and functions whose ENDBR64 it removes.
 *
 * <p><b>Example.</b> {@code assign_integer_param} of {@code common/kernel.c} is {@code
 * common/kernel.c#assign_integer_param}.
 */
@NullMarked
package suture.target.xen.image;

import org.jspecify.annotations.NullMarked;
