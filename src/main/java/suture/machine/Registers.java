package suture.machine;

/**
 * The general registers of a machine by their part in calls, one bit each.
 *
 * @param never what no address is kept in: a register of zeros, the TOC pointer
 * @param stack number of the stack pointer; where it is in {@code never} too, the number means
 *     zeros elsewhere
 * @param frame number of the frame pointer, where there is one
 * @param baseless whether register 0 in place of a base means none
 * @param arguments what a callee may read
 * @param results what a caller may read
 * @param kept what a callee leaves as it was
 * @param inTurn whether a register in an even place among {@code arguments} that holds nothing
 *     proves that those behind it are no arguments; elsewhere floating-point ones leave gaps
 */
public record Registers(
        int never,
        int stack,
        int frame,
        boolean baseless,
        int arguments,
        int results,
        int kept,
        boolean inTurn) {
    /** Procedure Call Standard for the Arm 64-bit Architecture, chapter 6.1.1. */
    static final Registers AARCH64 =
            new Registers(1 << 31, 31, 29, false, 0x1ff, 0x3, 0x3ff80000, true);

    /** RISC-V calling conventions, chapter 1. */
    static final Registers RISCV64 =
            new Registers(0x19, 2, 8, false, 0x3fc00, 0xc00, 0x0ffc0300, true);

    /** 64-bit ELF V2 ABI, chapter 2.2.3. */
    static final Registers PPC64 =
            new Registers(0x2004, 1, 31, true, 0x7f8, 0x18, 0xffffc000, false);

    /** zSeries ELF ABI supplement, chapter 1.2.2. */
    static final Registers S390X = new Registers(0, 15, 11, true, 0x7c, 0x4, 0xffc0, true);
}
