package suture.build;

import suture.exec.Ahead;

import java.nio.file.Path;

/**
 * The objects of one unit.
 *
 * @param unit the unit
 * @param owner what the code runs in
 * @param plainOriginal compiled as the running code was; for the proof that it is the running code,
 *     which is due when the other two have been compared
 * @param original the original with a section for each function and datum
 * @param patched the patched one, compiled like {@code original}
 */
public record ObjectPair(
        Unit unit, Owner owner, Ahead<Path> plainOriginal, Path original, Path patched) {}
