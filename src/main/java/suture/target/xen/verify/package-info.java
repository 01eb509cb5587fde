/**
 * Plays the hypervisor's live patch loader offline.
 *
 * <p><b>Problem.</b> Xen answers a bad payload with an error number and a line on its console, a
 * worse one by crashing, and the worst by taking it: a function that is listed twice keeps its jump
 * after the revert, a reference to freed init code resolves. All of that can be known before.
 *
 * <p><b>Definitions.</b> A {@link suture.target.xen.verify.RunningXen} is the hypervisor, read from
 * its {@code xen-syms}; a {@link suture.target.xen.verify.PayloadStack} is what is loaded and
 * applied in it. A {@link suture.target.xen.verify.Reply} is what it does when it is asked: nothing
 * wrong, an error, a crash.
 *
 * <p><b>Algorithm.</b> The same steps in the same order as {@code load_payload_data} (Xen 4.17
 * {@code common/livepatch.c}): the file's form, where each section goes, symbols, relocations (they
 * are really done), the special sections, the functions, the build-ids, the names. Everything that
 * is wrong is collected; the first thing that the loader looks at gives the predicted reply. What
 * the loader lets through and should not is found after it, in the finished memory.
 *
 * <p><b>Example.</b> {@code new PayloadStack(RunningXen.read(syms)).upload("fix", bytes).reply()}.
 */
@NullMarked
package suture.target.xen.verify;

import org.jspecify.annotations.NullMarked;
