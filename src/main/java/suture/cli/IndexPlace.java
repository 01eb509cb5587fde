package suture.cli;

import suture.build.debian.DebianKernels;
import suture.bytes.Bytes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where the index of a folder is kept: a file in the user's cache, named by the folder's path. */
final class IndexPlace {
    private IndexPlace() {}

    static Path of(Path directory) throws IOException {
        String path = directory.toRealPath().toString();
        String key = Digest.sha256(Bytes.of(path.getBytes(StandardCharsets.UTF_8)));
        return DebianKernels.cacheOf(System.getenv()).resolve("impact").resolve(key + ".index");
    }
}
