package suture.build.debian;

import java.nio.file.Path;

/**
 * A package that is here.
 *
 * @param name its name
 * @param version its version
 * @param file the file
 * @param digest the SHA-256 of the file in hexadecimal
 */
record DebFile(String name, String version, Path file, String digest) {
    /** A name for what is unpacked from it. */
    String key() {
        return name + '_' + version.replace(':', '-') + '-' + digest.substring(0, 16);
    }
}
