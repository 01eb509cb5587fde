package suture.build.linux;

import suture.build.Unit;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Finds the units that read a file. */
public interface Dependents {
    /**
     * Units that may read one of the files, beyond those whose main source it is; never too few.
     *
     * @param files paths relative to the source directory
     */
    Candidates of(Set<String> files) throws IOException;

    /**
     * What was found.
     *
     * @param units the units, in the order of their objects
     * @param generators sources that are in no unit but make headers of all, and may read the files
     * @param certain whether each unit is known to read a file, so that the compiler need not be
     *     asked
     */
    record Candidates(List<Unit> units, List<String> generators, boolean certain) {}
}
