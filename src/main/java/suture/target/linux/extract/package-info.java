/**
 * The starting point of a hand-written patch: functions of the kernel as one C file.
 *
 * <p><b>Problem.</b> A function that is copied out of the kernel's source refers to things that its
 * copy may not have again: static variables, functions that nobody exports. Each must be bound to
 * the one that runs.
 *
 * <p><b>Algorithm.</b> The unit is compiled as it was for the kernel and matched with what runs
 * ({@link suture.target.linux.runpre}); a thing that the object defines is given by the running
 * kernel, everything else the slice ({@link suture.build.slice}) must carry. The match says the
 * position of each reference, and the file says it in a table that {@code suture convert} reads.
 *
 * <p><b>Example.</b> {@code KLP_MODULE_RELOC(vmlinux) suture_references_0[] = { KLP_SYMPOS(c_start,
 * 2), };}
 */
@NullMarked
package suture.target.linux.extract;

import org.jspecify.annotations.NullMarked;
