package suture.target.xen.verify;

import suture.bytes.Bytes;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A payload that the loader takes.
 *
 * @param name what it was uploaded as
 * @param id its build-id
 * @param depends the build-id of what it is applied on
 * @param xenDepends the build-id of its hypervisor
 * @param functions what it replaces
 * @param symbols what later payloads can link to, by name
 * @param uses the names of payloads it links to
 * @param again whether it may be applied again after a revert
 * @param veto whether one of its hooks may stop an action
 * @param memory where it lies
 */
record UploadedPayload(
        String name,
        Bytes id,
        Bytes depends,
        Bytes xenDepends,
        List<ReplacedFunction> functions,
        Map<String, Long> symbols,
        Set<String> uses,
        boolean again,
        boolean veto,
        Memory memory) {
    public UploadedPayload {
        functions = List.copyOf(functions);
        symbols = Map.copyOf(symbols);
        uses = Set.copyOf(uses);
    }
}
