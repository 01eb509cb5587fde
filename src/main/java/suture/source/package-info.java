/**
 * Source patches: parsed, applied exactly, and made line-neutral.
 *
 * <p><b>Problem.</b> One line added at the top of a file changes {@code __LINE__} below it, and
 * with it the code of every function that warns, asserts or locks: noise that hides the change. And
 * a patch that is applied with fuzz may be applied at the wrong place.
 *
 * <p><b>Definitions.</b> A {@link suture.source.SourcePatch} is a list of files with hunks, as
 * {@code diff -u} and git print them. A file's {@link suture.source.Script} says for each of its
 * lines whether it is kept, removed or added. A patch is <i>line-neutral</i> if every kept line has
 * the same {@code __LINE__} before and after.
 *
 * <p><b>Algorithm.</b> Applying means to find every hunk at exactly the line it names; anything
 * else is a finding, and all findings of all files are reported at once. The neutraliser walks over
 * the patched lines and counts as the preprocessor does. Where a kept line would get another number
 * than it had, it inserts {@code #line} in front of it, at the first line start where a directive
 * may stand: outside of comments, continued lines and parentheses (a directive among the arguments
 * of a macro is undefined, C11 6.10.3p11). A directive inside {@code #if} may be skipped, so it is
 * repeated behind the end of the group.
 *
 * <p><b>Example.</b> A line is added behind line 9: the neutral patch adds that line and {@code
 * #line 10}.
 */
@NullMarked
package suture.source;

import org.jspecify.annotations.NullMarked;
