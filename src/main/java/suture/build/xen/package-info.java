/**
 * Compiles the units of a Xen hypervisor exactly as its own build did.
 *
 * <p><b>Problem.</b> A hypervisor is a few hundred units in one image, but building it again for a
 * patch compiles far more than the patch reaches and links three times; and each link has another
 * build id. What is needed is only the two objects of each unit that the patch reaches.
 *
 * <p><b>Algorithm.</b> A build leaves a {@code .cmd} file beside each object (Xen 4.17 {@code
 * xen/scripts/Kbuild.include}, {@code xen/Rules.mk}): the command, the source, and all files that
 * were read. {@link suture.build.xen.XenTree} learns the units from them. {@link
 * suture.build.xen.AffectedXenUnits} finds those that read a changed file, and what the patch
 * changes that is in no unit. {@link suture.build.xen.XenUnitBuilder} compiles each of them in the
 * tree and in a {@link suture.build.SourceView}, and repeats the renaming of the FILE symbol
 * ({@code objcopy --redefine-sym kernel.c=common/kernel.c}) that makes the names of local symbols
 * unique. {@link suture.build.xen.StockBuild} builds a stock hypervisor once, and proves that the
 * result is byte for byte what the package ships.
 *
 * <p><b>Example.</b> A patch of {@code xen/common/kernel.c} reaches {@code common/kernel.o} and
 * {@code common/compat/kernel.o}, which includes it.
 */
@NullMarked
package suture.build.xen;

import org.jspecify.annotations.NullMarked;
