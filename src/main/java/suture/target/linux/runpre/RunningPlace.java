package suture.target.linux.runpre;

import suture.target.linux.image.KernelSymbol;

/**
 * Where a thing of the original runs.
 *
 * @param owner {@code vmlinux} or a module's name
 * @param symbol the running symbol nearest at or before it
 * @param offset its distance from that symbol in bytes
 */
public record RunningPlace(String owner, KernelSymbol symbol, long offset) {
    /** Its address; artificial in a module. */
    public long address() {
        return symbol.address() + offset;
    }
}
