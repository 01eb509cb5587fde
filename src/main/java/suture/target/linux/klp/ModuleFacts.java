package suture.target.linux.klp;

/**
 * What a module says about itself, and the one kernel it is made for.
 *
 * @param name the module's name: letters, digits and underscores, at most 55
 * @param vermagic the kernel's version magic, as {@code modinfo -F vermagic} of one of its modules
 * @param release the kernel's release, as {@code uname -r}
 * @param build the kernel's build, as {@code uname -v}; the module refuses every other one
 * @param stacking what becomes of patches that are loaded already
 */
public record ModuleFacts(
        String name, String vermagic, String release, String build, Stacking stacking) {
    /** What becomes of patches that are loaded already. */
    public enum Stacking {
        /** This one replaces them all at once. */
        REPLACE,
        /** They stay, this one comes on top. */
        ADD
    }
}
