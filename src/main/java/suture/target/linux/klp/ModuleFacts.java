package suture.target.linux.klp;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.target.linux.image.KernelIdentity;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.KernelSymbol;

/**
 * What a module says about itself, and the one kernel it is made for.
 *
 * @param name the module's name: letters, digits and underscores, at most 55
 * @param vermagic the kernel's version magic, as {@code modinfo -F vermagic} of one of its modules
 * @param release the kernel's release, as {@code uname -r}
 * @param build the kernel's build, as {@code uname -v}; the module refuses every other one
 * @param buildId the kernel's GNU build id in hexadecimal, empty if it has none
 * @param stacking what becomes of patches that are loaded already
 */
public record ModuleFacts(
        String name,
        String vermagic,
        String release,
        String build,
        String buildId,
        Stacking stacking) {
    private static final int LONGEST = 256;

    /** What becomes of patches that are loaded already. */
    public enum Stacking {
        /** This one replaces them all at once. */
        REPLACE,
        /** They stay, this one comes on top. */
        ADD
    }

    /**
     * The facts of a module that is made for the kernel of an image.
     *
     * @throws FormatException if the image does not say what it is
     */
    public static ModuleFacts of(String name, KernelImage image, Stacking stacking) {
        KernelIdentity identity = KernelIdentity.of(image);
        Bytes id = identity.buildId();
        return new ModuleFacts(
                name,
                vermagic(image),
                identity.release(),
                identity.version(),
                id == null ? "" : id.hex(),
                stacking);
    }

    /** The text that the loader compares with a module's (Linux 6.1 kernel/module/main.c). */
    public static String vermagic(KernelImage image) {
        for (KernelSymbol symbol : image.symbols().named("vermagic")) {
            for (long room = LONGEST; room > 0; room /= 2) {
                Bytes text = image.read(symbol.address(), room);
                if (text != null && text.indexOf(0, 0) >= 0) {
                    return text.cstring(0);
                }
            }
        }
        throw new FormatException(
                image.elf().file(), "vermagic", -1, "the version magic", "no such text");
    }
}
