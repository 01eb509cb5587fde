package suture.target.linux.image;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/**
 * The compressions of boot images and modules, told apart by their first bytes (Linux {@code
 * lib/decompress.c}).
 *
 * <pre>
 *   1f 8b              gzip
 *   fd 37 7a 58 5a 00  xz
 *   28 b5 2f fd        zstd
 *   5d 00 00           lzma (alone)
 *   42 5a 68           bzip2
 *   02 21 4c 18        lz4, legacy frame: { u32 length, raw block of at most 8 MiB }*
 *   89 4c 5a           lzo
 * </pre>
 */
enum Compression {
    GZIP("1f8b"),
    XZ("fd377a585a00"),
    ZSTD("28b52ffd"),
    LZMA("5d0000"),
    BZIP2("425a68"),
    LZ4_LEGACY("02214c18"),
    LZO("894c5a");

    private static final int LZ4_BLOCK = 8 << 20;

    private final Bytes magic;

    Compression(String magic) {
        this.magic = Bytes.of(HexFormat.of().parseHex(magic));
    }

    /** The compression that the content begins with, or null. */
    static @Nullable Compression of(Bytes content) {
        for (Compression compression : values()) {
            long size = compression.magic.size();
            if (content.size() >= size && content.slice(0, size).mismatch(compression.magic) < 0) {
                return compression;
            }
        }
        return null;
    }

    /**
     * The uncompressed content.
     *
     * @param file for messages
     * @param packed one compressed stream; bytes behind its end are ignored
     * @param expected the size it must have, negative if unknown
     * @throws FormatException if it is damaged, or of a compression that is not supported
     */
    Bytes inflate(String file, Bytes packed, long expected) {
        try {
            Bytes result =
                    switch (this) {
                        case GZIP -> drain(new GZIPInputStream(input(packed)), expected);
                        case XZ -> drain(new XZInputStream(input(packed)), expected);
                        case LZMA -> drain(new LZMAInputStream(input(packed)), expected);
                        case BZIP2 ->
                                drain(new BZip2CompressorInputStream(input(packed)), expected);
                        case ZSTD -> zstd(packed, expected);
                        case LZ4_LEGACY -> lz4(packed, expected);
                        case LZO ->
                                throw new FormatException(
                                        file,
                                        "payload",
                                        0,
                                        "gzip, xz, zstd, lzma, bzip2 or lz4",
                                        "lzo, which is not supported; unpack it with lzop and give"
                                                + " the result");
                    };
            if (expected >= 0 && result.size() != expected) {
                throw damaged(file, expected + " bytes", result.size() + " bytes");
            }
            return result;
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged(file, "an intact " + this + " stream", String.valueOf(e.getMessage()));
        }
    }

    private static FormatException damaged(String file, String expected, String found) {
        return new FormatException(file, "payload", -1, expected, found);
    }

    private static InputStream input(Bytes packed) {
        return new ByteArrayInputStream(packed.toArray());
    }

    /** Reads up to the expected size and no further: what follows in an image is not the stream. */
    private static Bytes drain(InputStream stream, long expected) throws IOException {
        try (stream) {
            byte[] content =
                    expected < 0
                            ? stream.readAllBytes()
                            : stream.readNBytes(Math.toIntExact(expected));
            return Bytes.of(content);
        }
    }

    private static Bytes zstd(Bytes packed, long expected) {
        byte[] in = packed.toArray();
        ZstdJavaDecompressor decompressor = new ZstdJavaDecompressor();
        long size = decompressor.getDecompressedSize(in, 0, in.length);
        if (size < 0) {
            size = expected >= 0 ? expected : in.length * 16L;
        }
        byte[] out = new byte[Math.toIntExact(size)];
        int length = decompressor.decompress(in, 0, in.length, out, 0, out.length);
        return Bytes.of(out, 0, length);
    }

    private static Bytes lz4(Bytes packed, long expected) {
        byte[] in = packed.toArray();
        byte[] out = new byte[Math.toIntExact(expected < 0 ? LZ4_BLOCK : expected)];
        Lz4JavaDecompressor decompressor = new Lz4JavaDecompressor();
        int size = 0;
        long at = 4;
        while (at + 4 <= in.length && (expected < 0 || size < expected)) {
            long length = packed.u32(at, ByteOrder.LITTLE_ENDIAN);
            at += 4;
            if (length == 0 || length > in.length - at) {
                break;
            }
            if (expected < 0) {
                out = Arrays.copyOf(out, Math.addExact(size, LZ4_BLOCK));
            }
            int room = Math.min(LZ4_BLOCK, out.length - size);
            size += decompressor.decompress(in, (int) at, (int) length, out, size, room);
            at += length;
        }
        return Bytes.of(out, 0, size);
    }
}
