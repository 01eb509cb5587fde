package suture.diff;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * A source with an edit, and what must be said of it.
 *
 * @param title what the compiler does there
 * @param compilers commands that compile it
 * @param source with {@code <<before|after>>}
 * @param reported source names that are changed, impacted or new
 * @param redirected those that are redirected; null if there are several right answers
 * @param optional names that may be reported and redirected too
 */
record OptimisedPair(
        String title,
        List<String> compilers,
        String source,
        Set<String> reported,
        @Nullable Set<String> redirected,
        Set<String> optional) {}
