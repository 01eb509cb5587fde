package suture.trial;

import java.util.List;

/**
 * What a guest left behind.
 *
 * @param transcript what it said about its steps
 * @param console the lines of the kernel's console
 * @param ending how it ended
 * @param seconds seconds of the host in all
 */
record Run(Transcript transcript, List<String> console, Ending ending, double seconds) {}
