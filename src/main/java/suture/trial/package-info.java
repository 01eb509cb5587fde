/**
 * Boots the kernel a payload is for in an emulator, and loads, exercises, reverts and unloads the
 * payload there.
 *
 * <p><b>Problem.</b> Whether a payload is right can be proven offline only up to the loader's own
 * code; whether a stuck task, a WARN or an oops comes of it shows only when it runs. That must be
 * seen on the very kernel that will get the payload, without root, without hardware virtualisation,
 * in seconds, and with the same answer each time.
 *
 * <p><b>Definitions.</b> A {@link suture.trial.TrialPlan} says what to load in which order; {@link
 * suture.trial.BootFiles} is the distribution's own image package, unpacked. The guest gets an
 * initial file system of one static busybox, the modules and a script; it does the steps one after
 * another and tells a second serial port about each, so that the kernel's console never lands in
 * the middle of a marker. A {@link suture.trial.Transcript} is what came over that port, a {@link
 * suture.trial.TrialReport} what it means.
 *
 * <p><b>Algorithm.</b> One emulator, one pass: boot, needed modules, exercise, load, wait for the
 * transition, exercise, revert, wait, unload, exercise. The kernel's log is drained at the end of
 * each step, so a complaint is known to belong to that step. No step waits forever: the guest has a
 * limit for each, names the tasks that stand in the way and where they sleep; the host has one for
 * the whole and says what was seen last.
 *
 * <p><b>Example.</b> {@code Trial.run(TrialPlan.of(BootFiles.in(directory),
 * List.of(KernelModule.read(fix))), scratch).outcome()}.
 */
@NullMarked
package suture.trial;

import org.jspecify.annotations.NullMarked;
