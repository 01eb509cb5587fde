/**
 * The only place that starts a process.
 *
 * <p><b>Problem.</b> Compilers, make, the package manager and linkers are called by the thousand,
 * in parallel, by a tool that must give the same bytes on any machine and must say clearly what
 * went wrong. A locale, a {@code MAKEFLAGS} or a {@code CPATH} of the caller changes what they do.
 *
 * <p><b>Definitions.</b> A {@link suture.exec.Command} says what to run; {@link suture.exec.Runner}
 * runs it in a clean environment (a short list of variables is passed on, {@code LC_ALL} is {@code
 * C}) and gives a {@link suture.exec.Result}. A tool that fails is a {@link
 * suture.exec.ToolFailure} with its last words; a tool that is not installed is a {@link
 * suture.exec.ToolMissing} that names the package to install. {@link suture.exec.JobPool} runs
 * independent jobs on all cores and keeps their order; {@link suture.exec.Progress} hears how far
 * long work is.
 *
 * <p><b>Example.</b> {@code Runner.check(Command.of("gcc-12", "--version")).output()}.
 */
@NullMarked
package suture.exec;

import org.jspecify.annotations.NullMarked;
