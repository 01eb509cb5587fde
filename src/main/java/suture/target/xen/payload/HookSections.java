package suture.target.xen.payload;

import suture.finding.Finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The tables of functions that the hypervisor calls around an action on a payload (Xen 4.17 {@code
 * xen/include/xen/livepatch_payload.h}, {@code xen/common/livepatch.c}): any number of load and
 * unload hooks, and at most one of each other kind.
 */
final class HookSections {
    static final String PREFIX = ".livepatch.hooks.";

    private static final int POINTER = 8;
    private static final Set<String> MANY = Set.of("load", "unload");
    private static final Set<String> ONE =
            Set.of("preapply", "apply", "postapply", "prerevert", "revert", "postrevert");

    private HookSections() {}

    /** Whether the payload has any hook. */
    static boolean any(Draft draft) {
        return draft.parts().stream().anyMatch(part -> part.name().startsWith(PREFIX));
    }

    static List<Finding> check(Draft draft) {
        List<Finding> findings = new ArrayList<>();
        for (Part part : draft.parts()) {
            if (!part.name().startsWith(PREFIX)) {
                continue;
            }
            String kind = part.name().substring(PREFIX.length());
            if (!MANY.contains(kind) && !ONE.contains(kind)) {
                findings.add(
                        Finding.error(
                                "unknown-hook",
                                part.name(),
                                part.name(),
                                "the hypervisor knows no hook of that kind and would not call it",
                                "use the macros of suture/xen_hooks.h"));
            } else if (ONE.contains(kind) && part.size() != POINTER) {
                findings.add(
                        Finding.error(
                                "several-hooks",
                                kind,
                                part.name(),
                                "a payload has one hook of that kind at most, here are "
                                        + part.size() / POINTER,
                                "call the second function from the first"));
            }
        }
        return findings;
    }
}
