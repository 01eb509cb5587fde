package suture.target.linux.convert;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.finding.Finding;
import suture.target.linux.klp.PatchedFunction;

import java.util.ArrayList;
import java.util.List;

/**
 * A converted module, or why there is none.
 *
 * @param content the file's bytes; null if a finding refuses
 * @param functions the running functions that the module replaces, as far as its data say so
 * @param symbols its undefined symbols and what became of them
 * @param findings what must be said
 */
public record Conversion(
        @Nullable Bytes content,
        List<PatchedFunction> functions,
        List<Bound> symbols,
        List<Finding> findings) {
    /**
     * An undefined symbol.
     *
     * @param name its name in the module that was given
     * @param references how many fields of loaded sections refer to it
     * @param decision what became of it
     */
    public record Bound(String name, int references, Decision decision) {}

    /** The same with more to say; no more errors. */
    public Conversion and(List<Finding> more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more);
        return new Conversion(content, functions, symbols, List.copyOf(all));
    }

    /** {@code changed} or {@code refused}. */
    public String outcome() {
        return content == null ? "refused" : "changed";
    }
}
