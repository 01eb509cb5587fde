package suture.trial;

import java.util.List;

/**
 * One step that the guest did.
 *
 * @param name what it did, for instance {@code load}
 * @param subject to which module, or in which phase; empty for the boot
 * @param start the guest's seconds at its beginning
 * @param seconds how long it took by the guest's clock; negative if it did not end
 * @param hostSeconds how long the host waited for it; negative if it did not end
 * @param status its status; negative if it did not end
 * @param output what it printed
 * @param log what the kernel logged meanwhile
 * @param stuck the tasks that stood in the way, each followed by where it sleeps
 */
public record Step(
        String name,
        String subject,
        double start,
        double seconds,
        double hostSeconds,
        int status,
        List<String> output,
        List<String> log,
        List<String> stuck) {
    /** The status of a command that was given up. */
    public static final int TOOK_TOO_LONG = 124;

    public Step {
        output = List.copyOf(output);
        log = List.copyOf(log);
        stuck = List.copyOf(stuck);
    }

    /** The same with the host's time. */
    Step tookOnHost(double waited) {
        return new Step(name, subject, start, seconds, waited, status, output, log, stuck);
    }

    /** Whether it did not end. */
    public boolean open() {
        return status < 0;
    }

    /** The step as a user names it. */
    public String title() {
        return subject.isEmpty() ? name : name + " " + subject;
    }
}
