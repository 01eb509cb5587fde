package suture.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The headers that a patch may include to tell something to Suture. */
public final class PatchHeaders {
    private static final List<String> NAMES =
            List.of(
                    "suture/hooks.h",
                    "suture/linux_hooks.h",
                    "suture/xen_hooks.h",
                    "kpatch-macros.h");

    private PatchHeaders() {}

    /**
     * Writes them.
     *
     * @param directory where compilers look for headers; it may be there already
     * @return the directory
     */
    public static Path write(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("suture"));
        for (String name : NAMES) {
            try (InputStream header =
                    Objects.requireNonNull(
                            PatchHeaders.class.getResourceAsStream(
                                    "/suture/" + Path.of(name).getFileName()))) {
                Files.write(directory.resolve(name), header.readAllBytes());
            }
        }
        return directory;
    }
}
