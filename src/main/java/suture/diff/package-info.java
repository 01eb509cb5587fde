/**
 * Verdicts: what changed, with evidence.
 *
 * <p><b>Problem.</b> Say for each function and datum of two objects whether it behaves differently,
 * and prove it. A function that is called equal was compared byte by byte and reference by
 * reference; one that is called changed comes with the places that differ.
 *
 * <p><b>Definitions.</b> A function is <i>changed</i> if its code, an entry of a special section
 * about its sites, or stateless content that it reaches is different; <i>new</i> or <i>removed</i>
 * if it has no twin; <i>impacted</i> if it is equal in both objects and must travel all the same,
 * because it calls a changed function whose running entry cannot be redirected. <i>Redirect</i>
 * says that calls of the running function go to the new body: always for a changed function whose
 * calling convention is a contract, and for a compiler's clone only if every caller is equal in
 * both objects.
 *
 * <p>A changed datum that holds state is never repaired by a live patch: the running value stays.
 * That is a finding which refuses.
 *
 * <p><b>Used from outside.</b> No function of the object tells what becomes of a name that other
 * files know, of an entry that the linker collects into a table, or of what lies in another kind of
 * memory than before while its users stay the same. {@link suture.diff.MovedNames}, {@link
 * suture.diff.CollectedTables} and {@link suture.diff.MovedStorage} refuse such changes. What the
 * author of the patch says to leave alone ({@link suture.diff.AuthorWords}) is told, not refused.
 */
@NullMarked
package suture.diff;

import org.jspecify.annotations.NullMarked;
