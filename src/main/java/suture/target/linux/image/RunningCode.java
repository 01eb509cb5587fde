package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.machine.RelocationKind;

import java.util.List;

/**
 * An object that runs, as it is on disk: the kernel or a module. Both have addresses: the kernel
 * those it was linked to, a module artificial ones, since it gets its own only when it is loaded.
 * Each section of a module stands at a multiple of 2^32, and so does each symbol it imports.
 */
public sealed interface RunningCode permits KernelImage, ModuleImage {
    /** {@code vmlinux} or the module's name. */
    String name();

    /** Its ELF file. */
    ElfObject elf();

    /** Its own symbols. */
    SymbolIndex symbols();

    /** The bytes at an address, or null if no section has content there. */
    @Nullable Bytes read(long address, long length);

    /**
     * What a relocated field says: the sum of the symbol's address and the addend (S + A), modulo
     * 2^64; null if there is no such field.
     */
    @Nullable Long sum(long address, RelocationKind kind);

    /**
     * The addresses in a range at which fields are filled when the code is loaded, in order; says
     * something only if {@link #fieldsKnown}.
     */
    List<Long> fields(long address, long length);

    /** The address of one of its sections. */
    long start(Section section);

    /** Whether the file says where its relocated fields are. */
    boolean fieldsKnown();

    /** Whether a thing of that name, its own or imported, is at the address. */
    boolean isAt(String name, long address);

    /** The name of the imported symbol at an artificial address, or null. */
    @Nullable String imported(long address);

    /** Whether the symbol's position is the same at any time that the livepatch core may count. */
    boolean counted(KernelSymbol symbol);
}
