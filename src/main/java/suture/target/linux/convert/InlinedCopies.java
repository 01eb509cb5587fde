package suture.target.linux.convert;

import suture.dwarf.DebugInfo;
import suture.dwarf.InlinedCall;
import suture.finding.Finding;
import suture.target.linux.klp.PatchedFunction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Copies of a replaced function inside of other functions, which a replacement does not reach; from
 * the debug information of its unit, compiled as it was for the kernel.
 */
public final class InlinedCopies {
    private InlinedCopies() {}

    /**
     * A warning for each function that has a copy and is not replaced itself.
     *
     * @param function the replaced function
     * @param unit its source, for messages
     * @param info what the compiler says of the unit
     * @param patched all functions that are replaced
     */
    public static List<Finding> find(
            PatchedFunction function,
            String unit,
            DebugInfo info,
            Collection<PatchedFunction> patched) {
        Map<String, InlinedCall> copies = new TreeMap<>();
        for (InlinedCall call : info.inlinedCalls()) {
            boolean elsewhere = !call.function().equals(function.name());
            if (call.name().equals(function.name()) && !call.code().isEmpty() && elsewhere) {
                copies.putIfAbsent(call.function(), call);
            }
        }
        for (PatchedFunction other : patched) {
            if (other.object().equals(function.object())) {
                copies.remove(other.name());
            }
        }
        List<Finding> findings = new ArrayList<>();
        copies.forEach((container, call) ->
                findings.add(
                        Finding.warning(
                                "inlined-copy",
                                function.name(),
                                call.call().line() == 0 ? unit : call.call().toString(),
                                "it is inlined into " + container + ", which keeps the old code",
                                "replace " + container + " too")));
        return findings;
    }

    /** What is said where nobody could look. */
    public static Finding unchecked(PatchedFunction function, String why) {
        return Finding.note(
                "inlining-not-checked",
                function.name(),
                function.object(),
                "whether it is also inlined into other functions was not checked: " + why);
    }
}
