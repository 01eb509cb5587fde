package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;
import suture.machine.RelocationKind;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The linked kernel of a boot image, as it is before it starts and patches itself. */
public final class KernelImage implements RunningCode {
    /** The kernel's own name among livepatch objects. */
    public static final String NAME = "vmlinux";

    private static final String PERCPU = ".data..percpu";

    private final ElfObject elf;
    private final SymbolIndex symbols;
    private final List<Section> placed;

    private KernelImage(ElfObject elf, SymbolIndex symbols) {
        this.elf = elf;
        this.symbols = symbols;
        this.placed =
                elf.sections().stream()
                        .filter(s -> s.has(Elf.SHF_ALLOC))
                        .filter(s -> s.header().address() != 0 || s.name().equals(PERCPU))
                        .toList();
    }

    /**
     * Opens a vmlinuz or a vmlinux.
     *
     * @throws FormatException if it is neither, is damaged, or holds no symbol table
     * @throws IOException if it cannot be read
     */
    public static KernelImage open(Path file) throws IOException {
        return of(file.toString(), Bytes.map(file));
    }

    /**
     * The vmlinux in a vmlinuz.
     *
     * @throws FormatException if it is damaged, or of a form that is not known
     * @throws IOException if it cannot be read
     */
    public static Bytes unpack(Path file) throws IOException {
        return BootImage.unpack(file.toString(), Bytes.map(file));
    }

    /** Opens content in memory, packed or not; {@code name} stands for it in messages. */
    public static KernelImage of(String name, Bytes content) {
        ElfObject elf = ElfReader.read(name, BootImage.unpack(name, content));
        for (Section section : elf.sections()) {
            boolean data = section.has(Elf.SHF_ALLOC) && !section.has(Elf.SHF_EXECINSTR);
            if (data && !section.isNobits()) {
                List<SymbolIndex.Bare> found = Kallsyms.find(section.content());
                if (found != null) {
                    return new KernelImage(elf, SymbolIndex.of(found));
                }
            }
        }
        throw new FormatException(
                name, "", -1, "a kernel with CONFIG_KALLSYMS", "no kallsyms tables in any section");
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The kernel's ELF file. */
    public ElfObject elf() {
        return elf;
    }

    @Override
    public SymbolIndex symbols() {
        return symbols;
    }

    @Override
    public @Nullable Bytes read(long address, long length) {
        for (Section section : placed) {
            long offset = address - section.header().address();
            if (section.content().contains(offset, length)) {
                return section.content().slice(offset, length);
            }
        }
        return null;
    }

    /** The string at an address; null if none begins there. */
    @Nullable String text(long address) {
        for (Section section : placed) {
            long offset = address - section.header().address();
            if (section.content().contains(offset, 1)
                    && section.content().indexOf(0, offset) >= 0) {
                return section.content().cstring(offset);
            }
        }
        return null;
    }

    @Override
    public @Nullable Long sum(long address, RelocationKind kind) {
        Bytes field = kind.width() > 0 ? read(address, kind.width()) : null;
        return field == null ? null : LinkedField.sum(field, address, kind, elf.header().order());
    }

    /** A linked kernel does not say where its fields are. */
    @Override
    public List<Long> fields(long address, long length) {
        return List.of();
    }

    @Override
    public long start(Section section) {
        return section.header().address();
    }

    @Override
    public boolean fieldsKnown() {
        return false;
    }

    @Override
    public boolean isAt(String name, long address) {
        return symbols.named(name).stream().anyMatch(s -> s.address() == address);
    }

    @Override
    public @Nullable String imported(long address) {
        return null;
    }

    @Override
    public boolean counted(KernelSymbol symbol) {
        return true;
    }
}
