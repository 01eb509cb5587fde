package suture.machine;

/**
 * The general registers of a machine by their part in calls, one bit each.
 *
 * @param never what no address is kept in: a register of zeros, the stack pointer, the TOC pointer
 * @param arguments what a callee may read
 * @param results what a caller may read
 * @param kept what a callee leaves as it was
 * @param inTurn whether a register in an even place among {@code arguments} that holds nothing
 *     proves that those behind it are no arguments; elsewhere floating-point ones leave gaps
 */
public record Registers(int never, int arguments, int results, int kept, boolean inTurn) {
    /** Procedure Call Standard for the Arm 64-bit Architecture, chapter 6.1.1. */
    static final Registers AARCH64 = new Registers(1 << 31, 0x1ff, 0x3, 0x3ff80000, true);

    /** RISC-V calling conventions, chapter 1. */
    static final Registers RISCV64 = new Registers(0x1d, 0x3fc00, 0xc00, 0x0ffc0300, true);

    /** 64-bit ELF V2 ABI, chapter 2.2.3. */
    static final Registers PPC64 = new Registers(0x2006, 0x7f8, 0x18, 0xffffc000, false);
}
