package suture.target.linux.image;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.nio.ByteOrder;

/**
 * Finds the linked kernel in an x86 boot image (Linux 6.1 {@code Documentation/x86/boot.rst}, boot
 * protocol 2.08 and later).
 *
 * <pre>
 *   0x1f1  u8   setup_sects      real-mode sectors after the first; 0 means 4
 *   0x202  4    "HdrS"
 *   0x206  u16  version          0x0208 and later have a payload
 *   0x248  u32  payload_offset   from the start of the protected-mode code, (setup_sects + 1) * 512
 *   0x24c  u32  payload_length   its last four bytes are the uncompressed size
 * </pre>
 */
final class BootImage {
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final Bytes MAGIC = Bytes.of("HdrS");
    private static final Bytes ELF = Bytes.of(new byte[] {0x7f, 'E', 'L', 'F'});

    private BootImage() {}

    /** The ELF file of the kernel: taken out of a boot image, or the content as it stands. */
    static Bytes unpack(String file, Bytes content) {
        if (startsWith(content, ELF)) {
            return content;
        }
        if (content.contains(0x202, 4) && content.slice(0x202, 4).equals(MAGIC)) {
            return payload(file, content);
        }
        Compression whole = Compression.of(content);
        if (whole != null) {
            return whole.inflate(file, content, -1);
        }
        throw new FormatException(
                file, "", 0, "a bzImage, an ELF kernel or a compressed one", content.toString());
    }

    private static Bytes payload(String file, Bytes content) {
        int version = content.u16(0x206, LE);
        if (version < 0x208 || !content.contains(0x248, 8)) {
            throw new FormatException(
                    file,
                    "setup header",
                    0x206,
                    "boot protocol 2.08 or later",
                    Integer.toHexString(version));
        }
        int sectors = content.u8(0x1f1) == 0 ? 4 : content.u8(0x1f1);
        long start = (sectors + 1) * 512L + content.u32(0x248, LE);
        long length = content.u32(0x24c, LE);
        if (length < 8 || !content.contains(start, length)) {
            throw new FormatException(
                    file,
                    "setup header",
                    0x248,
                    "a payload inside the file of " + content.size() + " bytes",
                    "offset " + start + ", length " + length);
        }
        Bytes packed = content.slice(start, length);
        if (startsWith(packed, ELF)) {
            return packed;
        }
        Compression compression = Compression.of(packed);
        if (compression == null) {
            throw new FormatException(
                    file, "payload", start, "a known compression", packed.toString());
        }
        // Only gzip ends in its own size; for the others the build appends it.
        long size = packed.u32(length - 4, LE);
        Bytes stream = compression == Compression.GZIP ? packed : packed.slice(0, length - 4);
        return compression.inflate(file, stream, size);
    }

    private static boolean startsWith(Bytes content, Bytes prefix) {
        return content.size() >= prefix.size()
                && content.slice(0, prefix.size()).mismatch(prefix) < 0;
    }
}
