package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Symbol;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the files that a process has mapped export to each other. */
final class ExportedSymbols {
    private static final int HIDDEN_VERSION = 0x8000;

    private static final int IRELATIVE = 37;

    private final int pid;
    private final ProcessMemory memory;
    private final List<RunningImage> images;
    private final Map<RunningImage, ElfObject> files = new HashMap<>();

    ExportedSymbols(int pid, ProcessMemory memory, List<RunningImage> images) {
        this.pid = pid;
        this.memory = memory;
        this.images = images;
    }

    /**
     * The address of a symbol that exactly one image exports.
     *
     * @throws HostException if none or several do, or if its address is not the same at all times
     */
    long address(String name) throws IOException {
        RunningImage provider = null;
        long address = 0;
        for (RunningImage image : images) {
            Symbol symbol = exported(image, name);
            if (symbol == null) {
                continue;
            }
            if (symbol.type() == Elf.STT_TLS) {
                throw new HostException(
                        "%s of %s is thread-local; the program must have used it before the patch"
                                .formatted(name, image.path()));
            }
            if (provider != null) {
                throw new HostException(
                        "%s is exported by %s and by %s"
                                .formatted(name, provider.path(), image.path()));
            }
            provider = image;
            address =
                    symbol.type() == Elf.STT_GNU_IFUNC
                            ? chosen(image, symbol)
                            : image.bias() + symbol.value();
        }
        if (provider == null) {
            throw new HostException("nothing in process " + pid + " exports " + name);
        }
        return address;
    }

    /**
     * The implementation that a function of the image chose when the process began (IFUNC), as the
     * image itself uses it: the loader has put it where a relocation with that function stands.
     */
    private long chosen(RunningImage image, Symbol symbol) throws IOException {
        for (RelocationSection table : file(image).relocationSections()) {
            for (Relocation relocation : table.entries()) {
                if (relocation.type() == IRELATIVE && relocation.addend() == symbol.value()) {
                    long address = memory.word(image.bias() + relocation.offset());
                    if (address >= image.start() && address < image.end()) {
                        return address;
                    }
                }
            }
        }
        throw new HostException(
                "%s of %s is chosen at run time; the program must have used it before the patch"
                        .formatted(symbol.name(), image.path()));
    }

    private ElfObject file(RunningImage image) throws IOException {
        ElfObject known = files.get(image);
        if (known == null) {
            known = ElfReader.read(Path.of("/proc/" + pid + "/root" + image.path()));
            files.put(image, known);
        }
        return known;
    }

    private @Nullable Symbol exported(RunningImage image, String name) throws IOException {
        if (!image.path().startsWith("/")) {
            return null;
        }
        ElfObject file = file(image);
        if (!Objects.equals(Note.buildId(file), image.buildId())) {
            throw new HostException(
                    image.path()
                            + " has been replaced on disk since process "
                            + pid
                            + " mapped it");
        }
        Bytes versions = file.content(".gnu.version");
        for (Symbol symbol : file.dynamicSymbols()) {
            boolean hidden =
                    versions != null
                            && (versions.u16(2L * symbol.index(), ByteOrder.LITTLE_ENDIAN)
                                            & HIDDEN_VERSION)
                                    != 0;
            if (symbol.name().equals(name)
                    && !symbol.isUndefined()
                    && !symbol.isLocal()
                    && !hidden) {
                return symbol;
            }
        }
        return null;
    }
}
