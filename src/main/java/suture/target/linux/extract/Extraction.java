package suture.target.linux.extract;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.target.linux.Binding;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An extracted file, or why there is none.
 *
 * @param source the C file; null if a finding refuses
 * @param object {@code vmlinux} or the module that the functions are in
 * @param references what it refers to and does not define, by name, and what each is bound to
 * @param carried functions that came along because nothing of them runs on its own
 * @param findings what must be said
 */
public record Extraction(
        @Nullable String source,
        String object,
        Map<String, Binding> references,
        Set<String> carried,
        List<Finding> findings) {
    /** {@code changed} or {@code refused}. */
    public String outcome() {
        return source == null ? "refused" : "changed";
    }
}
