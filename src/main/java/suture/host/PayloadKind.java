package suture.host;

import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;

import java.io.IOException;
import java.nio.file.Path;

/** What a payload is for, by what is in it. */
public enum PayloadKind {
    /** A Linux module: {@code .modinfo} and {@code .gnu.linkonce.this_module}. */
    KERNEL,
    /** A Xen live patch: {@code .livepatch.funcs} or {@code .livepatch.xen_depends}. */
    XEN,
    /** Any other ELF file: for a process. */
    PROCESS;

    /**
     * Reads the kind of a file.
     *
     * @throws FormatException if it is no ELF file
     */
    public static PayloadKind of(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".ko.xz") || name.endsWith(".ko.gz") || name.endsWith(".ko.zst")) {
            return KERNEL;
        }
        ElfObject elf = ElfReader.read(file);
        if (elf.section(".livepatch.funcs") != null
                || elf.section(".livepatch.xen_depends") != null) {
            return XEN;
        }
        boolean module =
                elf.header().type() == Elf.ET_REL
                        && elf.section(".modinfo") != null
                        && elf.section(".gnu.linkonce.this_module") != null;
        return module ? KERNEL : PROCESS;
    }
}
