package suture.trial;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param whole the trial
 * @param command a single insmod or rmmod
 * @param transition a transition; the kernel wakes sleepers up only after 15 seconds
 * @param exercise one run of the exercise
 */
public record Limits(Duration whole, Duration command, Duration transition, Duration exercise) {
    /** Enough for a machine that is busy with other work. */
    public static final Limits DEFAULT =
            new Limits(
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60));
}
