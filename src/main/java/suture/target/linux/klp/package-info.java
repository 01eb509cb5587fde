/**
 * The livepatch module: a plan as a {@code .ko} that the kernel's own loader takes.
 *
 * <p><b>Problem.</b> A module may refer to exported symbols only, a patch refers to anything. The
 * kernel's livepatch core closes the gap: a module that says {@code livepatch=Y} may carry symbols
 * of the reserved section index SHN_LIVEPATCH, and relocation sections that the core applies when
 * the object that they wait for is there (Linux 6.1 {@code
 * Documentation/livepatch/module-elf-format.rst}).
 *
 * <p><b>Algorithm.</b> 1. {@link suture.target.linux.klp.Placement} lays the pieces of all units
 * out in the sections of one module; entries of special sections stay in sections of their names.
 * 2. {@link suture.target.linux.klp.Binder} turns each link into a fixup: to a label in the module,
 * to an undefined symbol that the kernel exports, or to a livepatch symbol {@code
 * .klp.sym.OBJECT.NAME,POSITION} whose relocation goes to {@code .klp.rela.OBJECT.SECTION}. 3. A
 * little C ({@link suture.target.linux.klp.Glue}), compiled by the kernel's own flags, registers
 * the replaced functions, which {@link suture.target.linux.klp.PatchTables} lists in the kernel's
 * layout; {@link suture.target.linux.klp.GlueMerge} appends its sections. 4. Checksums of the
 * imports and the module's facts are added, and the draft is written.
 *
 * <p><b>Which relocation section.</b> OBJECT of a relocation section is whose arrival the core
 * waits for; OBJECT of a symbol is where it is looked up. The kernel's own symbols must be in
 * {@code .klp.rela.vmlinux.*} (since Linux 5.8), which is applied before alternatives, jump labels
 * and static calls of the module are read. What waits for a module comes after that; so it may not
 * stand in a special section, and such a plan is refused.
 *
 * <p><b>Example.</b> {@code f} of vmlinux reads the static {@code count}: section {@code
 * .klp.rela.vmlinux..text} has one entry with the symbol {@code .klp.sym.vmlinux.count,0}.
 */
@NullMarked
package suture.target.linux.klp;

import org.jspecify.annotations.NullMarked;
