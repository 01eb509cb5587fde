package suture.target.xen.verify;

import suture.bytes.Bytes;

/**
 * One entry of {@code .livepatch.funcs} after the upload.
 *
 * @param name the name of what it replaces; empty if it has none
 * @param newAddress the new body, 0 to replace code by no-ops
 * @param oldAddress what it replaces
 * @param newSize size of the new body, or number of bytes that become no-ops
 * @param oldSize size of what it replaces, as the payload says
 * @param expectation what must stand at the old address
 */
public record ReplacedFunction(
        String name,
        long newAddress,
        long oldAddress,
        long newSize,
        long oldSize,
        Expected expectation) {

    /**
     * An expectation.
     *
     * @param enabled whether it counts
     * @param reserved its reserved bits, which must be 0
     * @param bytes what is expected
     */
    record Expected(boolean enabled, int reserved, Bytes bytes) {}

    /** Whether code is replaced by no-ops. */
    boolean isNop() {
        return newAddress == 0;
    }
}
