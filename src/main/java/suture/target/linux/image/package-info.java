/**
 * What a Linux kernel really runs, read from the boot image that is shipped.
 *
 * <p><b>Problem.</b> A live patch must name addresses and symbols of code that somebody else built.
 * The boot image carries enough to know them without a debug package: it holds the linked kernel in
 * compressed form, and that kernel holds its own symbol table (kallsyms).
 *
 * <p><b>Definitions.</b> A {@link suture.target.linux.image.KernelImage} is the linked kernel of
 * one boot image with its symbols; a symbol's <i>position</i> ({@code sympos}) is its place among
 * those of the same name in address order.
 *
 * <p><b>Algorithm.</b> The payload is found by the boot header, its compression by its magic, and
 * the parts of kallsyms by the structure that each must have, not by their order.
 *
 * <p><b>Example.</b> {@code KernelImage.open(Path.of("/boot/vmlinuz-6.1.0-56-cloud-amd64"))
 * .symbols().named("c_start")} gives every function of that name, numbered from 1.
 */
@NullMarked
package suture.target.linux.image;

import org.jspecify.annotations.NullMarked;
