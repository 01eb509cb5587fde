/**
 * The kernel's module loader and livepatch core, played offline: would it take this module, and
 * would each of its references lead to one thing.
 *
 * <p><b>Problem.</b> A module that the loader refuses costs a maintenance window; one that it takes
 * wrongly costs the machine. Much of the second kind is not checked by the kernel at all: with
 * symbol checksums it ignores the release in the version magic, and livepatch symbols have no
 * checksum.
 *
 * <p><b>Algorithm.</b> Four groups of rules, each a class, all of them applied, all findings kept:
 * the file's identity, the form of its relocations, its imports, its livepatch symbols and
 * functions. A message names the kernel's own answer. Sources: Linux 6.1 {@code
 * kernel/module/main.c}, {@code kernel/module/version.c}, {@code kernel/livepatch/core.c}, {@code
 * arch/x86/kernel/module.c}.
 *
 * <p><b>Example.</b> {@code .klp.sym.vmlinux.c_start,0} where three functions are called {@code
 * c_start}: rule {@code ambiguous-symbol}, the kernel answers -EINVAL.
 */
@NullMarked
package suture.target.linux.verify;

import org.jspecify.annotations.NullMarked;
