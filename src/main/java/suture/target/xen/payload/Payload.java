package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.finding.Finding;

import java.util.List;

/**
 * A payload, or why there is none.
 *
 * @param content the file's bytes; null if a finding refuses
 * @param buildId its own build id; empty if there is no payload
 * @param functions the running functions it replaces
 * @param findings what must be said
 */
public record Payload(
        @Nullable Bytes content,
        Bytes buildId,
        List<PatchedFunction> functions,
        List<Finding> findings) {
    /** Where a payload keeps the source patches it was made of; the hypervisor does not load it. */
    public static final String PATCHES = ".suture.patch";
}
