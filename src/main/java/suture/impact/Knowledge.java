package suture.impact;

import java.util.List;

/**
 * What there was to read about a unit.
 *
 * @param unit the object
 * @param compiler its name and version for the reader, empty if the object does not say
 * @param debugInfo whether inlined calls stand in debug information
 * @param dump whether there was a clone dump
 * @param hidden what may have happened without a mark
 */
public record Knowledge(
        String unit, String compiler, boolean debugInfo, boolean dump, List<Hidden> hidden) {}
