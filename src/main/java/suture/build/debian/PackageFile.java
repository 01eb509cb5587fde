package suture.build.debian;

import static java.nio.charset.StandardCharsets.US_ASCII;

import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The frame of a package file: an {@code ar} archive (deb(5), ar(5) of binutils): eight bytes of
 * magic, then members, each with a header of 60 bytes that has its size in decimal at offset 48 and
 * ends with a grave accent and a newline; members begin at even offsets.
 */
final class PackageFile {
    private static final String MAGIC = "!<arch>\n";
    private static final int HEADER = 60;
    private static final int SIZE = 48;
    private static final int SIZE_LENGTH = 10;

    private PackageFile() {}

    /**
     * Checks that a file is there to its end: a download that was cut off is not.
     *
     * @throws FormatException if it is no package or ends too early
     */
    static void check(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            String magic = read(channel, 0, MAGIC.length());
            if (!magic.equals(MAGIC)) {
                throw new FormatException(
                        file.toString(), "", 0, "a Debian package", "another kind of file");
            }
            long at = MAGIC.length();
            while (at < channel.size()) {
                String header = read(channel, at, HEADER);
                String size =
                        header.length() < HEADER
                                ? ""
                                : header.substring(SIZE, SIZE + SIZE_LENGTH).strip();
                if (!header.endsWith("`\n") || !size.matches("\\d{1,10}")) {
                    throw cut(file, at, "the header of a member");
                }
                long next = at + HEADER + Long.parseLong(size);
                if (next > channel.size()) {
                    throw cut(
                            file,
                            at,
                            "member %s of %s bytes".formatted(header.split("[ /]", 2)[0], size));
                }
                at = next + (next & 1);
            }
        }
    }

    private static FormatException cut(Path file, long at, String expected) {
        return new FormatException(
                file.toString(),
                "",
                at,
                expected,
                "the end of the file: it was cut off; fetch it again");
    }

    /** So many bytes, or fewer if the file ends before. */
    private static String read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {
            // The position moved on.
        }
        return new String(bytes.array(), 0, bytes.position(), US_ASCII);
    }
}
