package suture.target.xen.image;

/**
 * One symbol of the hypervisor.
 *
 * @param name as the loader looks it up: {@code FILE#NAME} if it is local
 * @param address where it is
 * @param size in bytes by {@code xen-syms}; 0 if that does not say
 * @param code whether it is a function
 */
public record XenSymbol(String name, long address, long size, boolean code) {
    /** The name without its file. */
    public String plain() {
        return name.substring(name.indexOf('#') + 1);
    }
}
