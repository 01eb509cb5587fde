package suture.trial;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;

import java.nio.ByteOrder;

/**
 * Writes an initial file system in the {@code newc} form of cpio (Linux {@code
 * Documentation/driver-api/early-userspace/buffer-format.rst}): each entry is a header of 110 ASCII
 * characters, the name with its NUL, and the content; name and content end at a multiple of four.
 *
 * <pre>
 *    0  magic "070701"      62  device major   (this and all others: 8 hexadecimal digits)
 *    6  inode               70  device minor
 *   14  mode                78  device major of a special file
 *   22  owner               86  device minor of a special file
 *   30  group               94  size of the name with its NUL
 *   38  links              102  checksum, 0 in this form
 *   46  time
 *   54  size of the content
 * </pre>
 *
 * The same entries give the same bytes: owner 0, time 0, inodes in order.
 */
final class CpioArchive {
    private static final int DIRECTORY = 0040755;
    private static final int PROGRAM = 0100755;
    private static final int DEVICE = 0020600;
    private final ByteSink sink = new ByteSink(ByteOrder.LITTLE_ENDIAN);
    private int inode;

    CpioArchive directory(String name) {
        return entry(name, DIRECTORY, Bytes.EMPTY, 0, 0);
    }

    /** A file that may be run. */
    CpioArchive file(String name, Bytes content) {
        return entry(name, PROGRAM, content, 0, 0);
    }

    CpioArchive characterDevice(String name, int major, int minor) {
        return entry(name, DEVICE, Bytes.EMPTY, major, minor);
    }

    /** The whole archive; nothing may be added after. */
    Bytes finish() {
        entry("TRAILER!!!", 0, Bytes.EMPTY, 0, 0);
        return sink.align(512).toBytes();
    }

    private CpioArchive entry(String name, int mode, Bytes content, int major, int minor) {
        int links = mode == DIRECTORY ? 2 : 1;
        Bytes path = Bytes.of(name);
        long[] fields = {
            mode == 0 ? 0 : ++inode,
            mode,
            0,
            0,
            links,
            0,
            content.size(),
            0,
            0,
            major,
            minor,
            path.size() + 1,
            0
        };
        sink.put(Bytes.of("070701"));
        for (long field : fields) {
            sink.put(Bytes.of("%08x".formatted(field)));
        }
        sink.put(path).u8(0).align(4).put(content).align(4);
        return this;
    }
}
