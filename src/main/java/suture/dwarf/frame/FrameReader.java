package suture.dwarf.frame;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.Cursor;
import suture.bytes.FormatException;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads entries of {@code .eh_frame} (LSB, 10.6.1).
 *
 * <pre>
 *   length         4      of what follows; 0 ends the section
 *   CIE pointer    4      0 in a CIE; in an FDE the distance back to its CIE, from this field
 *   CIE: version 1, augmentation NUL, code alignment uleb, data alignment sleb,
 *        return address register (version 1: one byte, 3: uleb),
 *        with "z": length uleb, then for each letter: R encoding, L encoding, P encoding and
 *        address, S nothing; then instructions
 *   FDE: address, length by the CIE's R; with "z": length uleb, data; then instructions
 * </pre>
 */
final class FrameReader {
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int HEAD = 4;
    private static final long LARGEST = 1 << 18;

    private final FrameMemory memory;
    private final Map<Long, CommonEntry> commons = new HashMap<>();

    FrameReader(FrameMemory memory) {
        this.memory = memory;
    }

    /** One entry as it stands. */
    private record Raw(long address, Bytes body) {
        long next() {
            return address + HEAD + body.size();
        }

        boolean common() {
            return body.s32(0, ORDER) == 0;
        }
    }

    /** Where the entry behind the one at the address is; -1 at the end of the section. */
    long next(long address) {
        Raw raw = raw(address);
        return raw == null ? -1 : raw.next();
    }

    private @Nullable Raw raw(long address) {
        long length = memory.read(address, HEAD).u32(0, ORDER);
        if (length == 0) {
            return null;
        }
        if (length < HEAD || length > LARGEST) {
            throw bad(address, "an entry of 4 bytes to 256 KiB", length + " bytes");
        }
        return new Raw(address, memory.read(address + HEAD, length));
    }

    /** The function's entry at the address; null if it is a common one or the end. */
    @Nullable FrameEntry entry(long address) {
        Raw raw = raw(address);
        if (raw == null || raw.common()) {
            return null;
        }
        long field = address + HEAD;
        CommonEntry common = common(field - raw.body().u32(0, ORDER));
        long base = address + HEAD;
        Cursor in = new Cursor(raw.body(), ORDER).skip(HEAD);
        try {
            long place = base + in.position();
            long start = common.code().read(in, base, 0);
            long length = common.code().plain().read(in, base, 0);
            if (common.augmented()) {
                skip(address, in, in.uleb());
            }
            return new FrameEntry(
                    common,
                    address,
                    HEAD + raw.body().size(),
                    place,
                    start,
                    length,
                    raw.body().from(in.position()),
                    base + in.position());
        } catch (IndexOutOfBoundsException e) {
            throw bad(address, "a whole entry", "its end");
        }
    }

    private CommonEntry common(long address) {
        CommonEntry known = commons.get(address);
        if (known == null) {
            Raw raw = raw(address);
            if (raw == null || !raw.common()) {
                throw bad(address, "a common entry", "another one");
            }
            try {
                known = common(raw);
            } catch (IndexOutOfBoundsException e) {
                throw bad(address, "a whole entry", "its end");
            }
            commons.put(address, known);
        }
        return known;
    }

    private static CommonEntry common(Raw raw) {
        long base = raw.address() + HEAD;
        Cursor in = new Cursor(raw.body(), ORDER).skip(HEAD);
        int version = in.u8();
        if (version != 1 && version != 3) {
            throw bad(raw.address(), "version 1 or 3", "version " + version);
        }
        String augmentation = in.cstring();
        long codeAlignment = in.uleb();
        long dataAlignment = in.sleb();
        long register = version == 1 ? in.u8() : in.uleb();
        boolean augmented = augmentation.startsWith("z");
        if (!augmented && !augmentation.isEmpty()) {
            throw bad(raw.address(), "an augmentation that begins with z", augmentation);
        }
        PointerEncoding code = PointerEncoding.ABSOLUTE;
        PointerEncoding exceptions = PointerEncoding.NONE;
        long length = augmented ? in.uleb() : 0;
        long end = in.position() + length;
        for (char letter : augmentation.substring(augmented ? 1 : 0).toCharArray()) {
            switch (letter) {
                case 'R' -> code = new PointerEncoding(in.u8());
                case 'L' -> exceptions = new PointerEncoding(in.u8());
                case 'P' -> new PointerEncoding(in.u8()).read(in, base, 0);
                case 'S' -> {}
                default -> throw bad(raw.address(), "a letter of RLPS", "" + letter);
            }
        }
        skip(raw.address(), in.seek(end), 0);
        return new CommonEntry(
                raw.address(),
                codeAlignment,
                dataAlignment,
                FrameProgram.register(register),
                augmentation.contains("S"),
                augmented,
                augmentation.contains("P"),
                code,
                exceptions,
                raw.body().from(in.position()));
    }

    private static void skip(long address, Cursor in, long length) {
        if (length < 0 || in.position() < 0 || length > in.remaining()) {
            throw bad(address, "augmentation data inside of the entry", length + " bytes");
        }
        in.skip(length);
    }

    static FormatException bad(long address, String expected, String found) {
        return new FormatException(
                "call frame information", "0x" + Long.toHexString(address), -1, expected, found);
    }
}
