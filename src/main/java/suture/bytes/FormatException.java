package suture.bytes;

import java.io.Serial;

/**
 * Input that breaks the rules of its format; the message is one line that says where, and what was
 * expected there.
 */
public final class FormatException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * @param file the file's name as the user gave it
     * @param section the section or structure in it, empty if the whole file is meant
     * @param offset offset in bytes from the start of the section (of the file where the section is
     *     empty); negative if no single place is meant
     * @param expected what the format demands there
     * @param found what is there
     */
    public FormatException(
            String file, String section, long offset, String expected, String found) {
        super(
                file
                        + (section.isEmpty() ? "" : ": " + section)
                        + (offset < 0 ? "" : ": offset 0x" + Long.toHexString(offset))
                        + ": expected "
                        + expected
                        + ", found "
                        + found);
    }
}
