/**
 * Proves that a rebuilt object is what runs in the hypervisor.
 *
 * <p><b>Problem.</b> A payload is only right if the original objects are the running code, and if
 * each name in it is the name of the thing that is meant.
 *
 * <p><b>Algorithm.</b> The hypervisor's table has every symbol, and a local one with the name of
 * its unit: each symbol of the original proposes an address for its section. A section is compared
 * with the image there: all bytes outside of relocated fields must be equal, and each field must
 * hold the address of the symbol it refers to; strings and constants that the linker joins are
 * compared by content. A field that refers to a section without symbols tells where that is, and it
 * is compared in turn. The entries of the image's tables about a function (alternatives, exception
 * handlers, bug frames) must be those of the original, in number and content. A name that the table
 * has twice is refused, never guessed.
 *
 * <p><b>Example.</b> {@code .text.do_xen_version} is at the address of {@code do_xen_version}; its
 * call of {@code common/kernel.c#tainted_string} must hold the address of that symbol.
 */
@NullMarked
package suture.target.xen.runpre;

import org.jspecify.annotations.NullMarked;
