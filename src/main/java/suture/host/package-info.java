/**
 * Puts payloads into what runs here, and takes them out again.
 *
 * <p><b>Problem.</b> A kernel, a hypervisor and a process take their payloads in three different
 * ways, and the same four verbs are wanted for all: load, list, revert, unload. A payload for
 * something else than what runs must be refused before the running thing is touched.
 *
 * <p><b>Definitions.</b> A {@link suture.host.PayloadKind} is read from the file itself. A {@link
 * suture.host.Host} is a running thing that takes payloads; {@link suture.host.KernelHost} is the
 * Linux kernel under this process, through {@code finit_module} and {@code /sys/kernel/livepatch};
 * {@link suture.host.XenHost} is the hypervisor under this control domain, through {@code
 * xen-livepatch}. What stands in the way of an action is a finding, and then nothing is done.
 *
 * <p><b>Example.</b> {@code KernelHost.here().load(Path.of("fix.ko"))}.
 */
@NullMarked
package suture.host;

import org.jspecify.annotations.NullMarked;
