package suture.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A patch in unified format, of {@code diff -u}, {@code git diff} or {@code git format-patch}.
 *
 * @param name the file it was read from
 * @param files in order
 */
public record SourcePatch(String name, List<FilePatch> files) {
    /**
     * Reads a patch.
     *
     * @throws FormatException if it is none, or breaks the format
     */
    public static SourcePatch read(Path file) throws IOException {
        return parse(file.toString(), Files.readString(file, ISO_8859_1));
    }

    /**
     * Parses a patch; each character of the text stands for one byte.
     *
     * @throws FormatException if it is none, or breaks the format
     */
    public static SourcePatch parse(String name, String text) {
        return new PatchParser(name, text).parse();
    }
}
