package suture.elf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

/**
 * A string table (gABI 4, "String Table"): strings with a NUL at the end, named by their offset.
 * Strings may share their ends, so a hostile table of {@code n} bytes can name about {@code n * n /
 * 2} bytes of text; a budget bounds what is decoded.
 */
final class StringTable {
    private static final long BUDGET = 64L << 20;
    private static final int BUDGET_FACTOR = 16;

    private final String file;
    private final String section;
    private final byte[] content;
    private long budget;

    /**
     * @param file for messages
     * @param section its name or what stands for it, for messages
     * @param content the table
     */
    StringTable(String file, String section, Bytes content) {
        this.file = file;
        this.section = section;
        if (content.size() > Integer.MAX_VALUE - 8) {
            throw new FormatException(
                    file, section, 0, "a string table below 2 GiB", content.size() + " bytes");
        }
        this.content = content.toArray();
        this.budget = BUDGET + BUDGET_FACTOR * content.size();
    }

    /** The string at an offset, which is unsigned. */
    String at(int offset) {
        int length = content.length;
        if (Integer.compareUnsigned(offset, length) >= 0) {
            if (offset == 0) {
                return "";
            }
            throw bad(offset, "the start of a string within " + length + " bytes", "its end");
        }
        int end = offset;
        boolean ascii = true;
        while (end < length && content[end] != 0) {
            ascii &= content[end] > 0;
            end++;
        }
        if (end == length) {
            throw bad(offset, "a string with a NUL at its end", "the end of the section");
        }
        budget -= end - offset;
        if (budget < 0) {
            throw bad(offset, "names of a sensible total length", "an absurdly long one");
        }
        return ascii
                ? new String(content, offset, end - offset, ISO_8859_1)
                : Bytes.of(content, offset, end - offset).text();
    }

    private FormatException bad(int offset, String expected, String found) {
        return new FormatException(file, section, Integer.toUnsignedLong(offset), expected, found);
    }
}
