package suture.target.linux;

import org.jspecify.annotations.Nullable;

/** What a reference out of the payload is bound to when the module is loaded. */
public sealed interface Binding {
    /**
     * A symbol that the running kernel or a module exports: an ordinary undefined symbol.
     *
     * @param name its name
     * @param crc its checksum under CONFIG_MODVERSIONS; null if the kernel has none
     * @param namespace the namespace the payload must import; null for the common one
     * @param provider {@code vmlinux} or the module that exports it
     * @param gplOnly whether only modules with a GPL-compatible licence may use it
     */
    record Export(
            String name,
            @Nullable Long crc,
            @Nullable String namespace,
            String provider,
            boolean gplOnly)
            implements Binding {}

    /**
     * Any other symbol: a livepatch symbol {@code .klp.sym.OBJECT.NAME,POSITION}.
     *
     * @param object {@code vmlinux} or the name of a module
     * @param name its name in the running symbol table
     * @param position 1 for the first symbol of that name in the object, 2 for the second, ...; 0
     *     if the name is unique
     * @param offset distance of the place that is meant from that symbol, in bytes
     */
    record Livepatch(String object, String name, int position, long offset) implements Binding {}
}
