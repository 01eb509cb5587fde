package suture.target.xen.payload;

/**
 * A running function that a payload replaces.
 *
 * @param name what the loader looks up
 * @param oldSize bytes of its running code
 * @param newSize bytes of its new body
 * @param expected how many running bytes are compared before it is patched
 */
public record PatchedFunction(String name, long oldSize, long newSize, int expected) {}
