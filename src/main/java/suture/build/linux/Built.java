package suture.build.linux;

import suture.build.ObjectPair;
import suture.finding.Finding;

import java.util.List;

/**
 * What came out of compiling a patch.
 *
 * @param pairs the objects, in the order of their units; none if the patch is refused
 * @param findings what is to be said, those of the plan included
 */
public record Built(List<ObjectPair> pairs, List<Finding> findings) {
    public Built {
        pairs = List.copyOf(pairs);
        findings = List.copyOf(findings);
    }
}
