package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.finding.Finding;

import java.util.List;

/**
 * A module, or why there is none.
 *
 * @param content the file's bytes; null if a finding refuses
 * @param functions the running functions it replaces
 * @param findings what must be said
 */
public record KlpModule(
        @Nullable Bytes content, List<PatchedFunction> functions, List<Finding> findings) {}
