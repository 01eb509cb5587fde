package suture.machine;

/**
 * What a relocation type means to somebody who compares or moves code.
 *
 * @param type its number
 * @param name its name in the processor's ABI
 * @param width bytes it touches from its offset on; 0 if none, {@link #VARIABLE} for a ULEB128
 * @param mask the bits the linker overwrites, in memory order: bit {@code 8*i+b} stands for bit
 *     {@code b} of the byte at offset {@code + i}, whatever the machine's byte order (so it applies
 *     to content that was read little-endian)
 * @param pcRelative whether the value is a distance from the place (or its page)
 * @param via by which detour the symbol is reached
 * @param noop whether it leaves the bytes alone: a marker
 */
public record RelocationKind(
        int type, String name, int width, long mask, boolean pcRelative, Via via, boolean noop) {
    /** The width of a field whose size stands in the field itself. */
    public static final int VARIABLE = -1;

    /** The bits of the byte at offset {@code + index} that the linker overwrites. */
    public int maskOfByte(int index) {
        if (width == VARIABLE) {
            return 0x7f;
        }
        return index < width ? (int) (mask >>> (8 * index)) & 0xff : 0;
    }

    /** Whether it overwrites whole bytes, not merely some bits of an instruction word. */
    public boolean wholeBytes() {
        return width > 0 && mask == (width == 8 ? -1L : (1L << (8 * width)) - 1);
    }
}
