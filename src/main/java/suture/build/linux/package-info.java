/**
 * Compiles the units of a Linux kernel exactly as Kbuild does, without running a build.
 *
 * <p><b>Problem.</b> A kernel has thousands of units, and each has a command line of two hundred
 * words that only the kernel's makefiles know. Building everything to learn them takes an hour; the
 * running kernel was built already.
 *
 * <p><b>Algorithm.</b> {@code make prepare} in a directory outside of the source makes the
 * generated headers and {@code objtool}. Then {@code make -n} prints every command of the whole
 * build and runs none of them: {@link suture.build.linux.KbuildOutput} reads from it the compile
 * command of each unit, and the archives and {@code .mod} lists that say what an object is linked
 * into. A kernel that somebody built here has the same text in its {@code .cmd} files. {@link
 * suture.build.linux.AffectedUnits} finds what a patch reaches, headers included. {@link
 * suture.build.linux.UnitBuilder} compiles each such unit three times, the patched one in a {@link
 * suture.build.SourceView}: a copy of the source tree made of links in which only the patched files
 * are real. What the compiler read is checked afterwards against the view, so that no original file
 * can slip into a patched object.
 *
 * <p><b>Example.</b> For {@code fs/namei.c} and Linux 6.1 the steps are {@code gcc-12 ... -c -o
 * fs/namei.o SOURCE/fs/namei.c} and {@code ./tools/objtool/objtool --orc ... fs/namei.o}.
 *
 * <p>Sources: Linux 6.1 {@code scripts/Makefile.build}, {@code scripts/Makefile.lib}, {@code
 * scripts/Kbuild.include}.
 */
@NullMarked
package suture.build.linux;

import org.jspecify.annotations.NullMarked;
