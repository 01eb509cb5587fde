package suture.elf;

import io.airlift.compress.v3.zstd.ZstdInputStream;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/**
 * Compressed sections (gABI 5, "Section Compression", flag SHF_COMPRESSED).
 *
 * <pre>
 *   field          32  64   width
 *   ch_type         0   0   4         1 ZLIB, 2 ZSTD
 *   ch_reserved     -   4   4
 *   ch_size         4   8   address   size of what was compressed
 *   ch_addralign    8  16   address
 *   data           12  24
 * </pre>
 *
 * The older form of GNU tools ({@code .zdebug_*}: {@code ZLIB}, eight bytes of size in big-endian
 * order, data) is read too.
 */
public final class Compression {
    private static final int ZLIB = 1;
    private static final int ZSTD = 2;
    private static final long LARGEST = Integer.MAX_VALUE - 16L;

    private Compression() {}

    /**
     * The section's content, decompressed if it is compressed. Memory is taken as data appears, not
     * as the header claims.
     *
     * @throws FormatException if it is compressed in an unknown or broken way
     */
    public static Bytes content(ElfObject object, Section section) {
        String file = object.file();
        Bytes content = section.content();
        if (section.has(Elf.SHF_COMPRESSED)) {
            Format format = new Format(object.header().is64(), object.header().order());
            int width = format.addressSize();
            if (content.size() < 3L * width) {
                throw bad(file, section, "a compression header", content.toString());
            }
            long size = format.address(content, width);
            return inflate(file, section, format.word(content, 0), size, content.from(3L * width));
        }
        if (section.name().startsWith(".zdebug_")
                && content.size() >= 12
                && content.slice(0, 4).text().equals("ZLIB")) {
            long size = content.s64(4, java.nio.ByteOrder.BIG_ENDIAN);
            return inflate(file, section, ZLIB, size, content.from(12));
        }
        return content;
    }

    private static Bytes inflate(String file, Section section, int type, long size, Bytes data) {
        if (size < 0 || size > LARGEST) {
            throw bad(file, section, "at most 2 GiB", Long.toUnsignedString(size) + " bytes");
        }
        try (InputStream in = open(file, section, type, data)) {
            byte[] content = in.readNBytes((int) size + 1);
            if (content.length != size) {
                throw bad(
                        file,
                        section,
                        size + " bytes of compressed content",
                        content.length > size ? "more" : "" + content.length);
            }
            return Bytes.of(content);
        } catch (FormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw bad(file, section, "valid compressed data", String.valueOf(e.getMessage()));
        }
    }

    private static InputStream open(String file, Section section, int type, Bytes data) {
        InputStream raw = new ByteArrayInputStream(data.toArray());
        return switch (type) {
            case ZLIB -> new InflaterInputStream(raw);
            case ZSTD -> new ZstdInputStream(raw);
            default -> throw bad(file, section, "compression 1 (ZLIB) or 2 (ZSTD)", "" + type);
        };
    }

    private static FormatException bad(
            String file, Section section, String expected, String found) {
        return new FormatException(file, section.toString(), 0, expected, found);
    }
}
