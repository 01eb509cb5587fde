package suture.target.xen.payload;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

/** What runs below the payload in the making: the hypervisor, and payloads that it comes on. */
public interface Running {
    /**
     * A function that is to be replaced.
     *
     * @param name what the loader looks up
     * @param size bytes of its running code
     * @param start its first bytes as they are at any time; empty where nothing is certain
     */
    record Function(String name, long size, Bytes start) {}

    /** The name to look up for a name of the source; null if nothing has it, or several things. */
    @Nullable String find(String name);

    /** The running function that is found under a name of the source; null as above. */
    @Nullable Function function(String name);

    /** The build id of the hypervisor. */
    Bytes hypervisor();

    /** The build id of the layer right below: the hypervisor's, or the last payload's. */
    Bytes below();
}
