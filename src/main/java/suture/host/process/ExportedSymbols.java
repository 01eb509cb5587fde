package suture.host.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Symbol;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What the files that a process has mapped export to each other. */
final class ExportedSymbols {
    private static final int HIDDEN_VERSION = 0x8000;

    private final int pid;
    private final List<RunningImage> images;

    ExportedSymbols(int pid, List<RunningImage> images) {
        this.pid = pid;
        this.images = images;
    }

    /**
     * The address of a symbol that exactly one image exports.
     *
     * @throws HostException if none or several do, or if its address is chosen at run time
     */
    long address(String name) throws IOException {
        RunningImage provider = null;
        long address = 0;
        for (RunningImage image : images) {
            Symbol symbol = exported(image, name);
            if (symbol == null) {
                continue;
            }
            if (symbol.type() == Elf.STT_GNU_IFUNC || symbol.type() == Elf.STT_TLS) {
                throw new HostException(
                        "%s of %s is chosen at run time or per thread; the program must have used"
                                        .formatted(name, image.path())
                                + " it before the patch");
            }
            if (provider != null) {
                throw new HostException(
                        "%s is exported by %s and by %s"
                                .formatted(name, provider.path(), image.path()));
            }
            provider = image;
            address = image.bias() + symbol.value();
        }
        if (provider == null) {
            throw new HostException("nothing in process " + pid + " exports " + name);
        }
        return address;
    }

    private @Nullable Symbol exported(RunningImage image, String name) throws IOException {
        if (!image.path().startsWith("/")) {
            return null;
        }
        ElfObject file = ElfReader.read(Path.of("/proc/" + pid + "/root" + image.path()));
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
