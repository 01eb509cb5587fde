/**
 * Live patches of a process that runs here: load, list, revert, unload.
 *
 * <p><b>Problem.</b> Change the code of a running process without native code of our own, without a
 * debugger, and so that nothing is lost if Suture itself dies at any moment.
 *
 * <p><b>Algorithm.</b> All threads are stopped with {@code PTRACE_SEIZE} and {@code
 * PTRACE_INTERRUPT} (ptrace(2)), again and again until no new one appears. Every stack is unwound
 * ({@link suture.host.process.Unwinder}), and where that ends too early searched word by word, for
 * code that is going to be replaced; if there is some, all threads go on and it is tried again
 * until a deadline. Then one thread, stopped in a system call, maps memory near the code by running
 * a <i>detour</i>: a few instructions in the unused end of a page of code, which save what they
 * change, make the system calls of a table, restore everything and go back by themselves. So a
 * tracer that dies in the middle leaves a thread that finishes its detour. The payload is written,
 * bound to the addresses of this process, and last the entry of each replaced function becomes a
 * jump.
 *
 * <p>The state lives in the process: the first page of each mapping is a {@link
 * suture.host.process.PatchRecord}, written before the first entry is changed, with the bytes that
 * were replaced. A later run finds it by its magic number in {@code /proc/PID/maps}, lists it,
 * undoes it, or cleans up what an interrupted run left.
 *
 * <p><b>Thread affinity.</b> A tracee belongs to the thread that seized it, so every operation runs
 * on a platform thread of its own ({@link suture.host.process.TracerThread}).
 *
 * <p>Limits: stacks that no thread stands on (coroutines, {@code ucontext}) are not searched.
 */
@NullMarked
package suture.host.process;

import org.jspecify.annotations.NullMarked;
