package suture.machine;

import org.jspecify.annotations.Nullable;

/**
 * Walks code from its first byte to its last, one instruction at a time. One object describes each
 * instruction in turn, nothing is allocated on the way. All offsets named "in the instruction"
 * count from its first byte (prefixes included); all others from the start of the code.
 */
public interface InstructionCursor {
    /** Moves to the next instruction; false at the end of the code. */
    boolean next();

    /** Lets {@link #next} continue at {@code offset}. */
    void seek(long offset);

    /** Where the instruction starts. */
    long offset();

    /** Its size in bytes. */
    int length();

    /**
     * Whether it could be decoded. If not, its length is the machine's smallest instruction (less
     * at the end of the code) and its flow {@link Flow#NEXT}: the caller decides what to do.
     */
    boolean valid();

    /** Where control goes. */
    Flow flow();

    /** Whether control may reach the next instruction without coming back from a call. */
    boolean fallsThrough();

    /** Whether {@link #target} is known: a direct branch or call relative to the PC. */
    boolean hasTarget();

    /**
     * Where a direct branch goes by the displacement that stands in the bytes; meaningless where a
     * relocation covers it. May lie outside the code.
     */
    long target();

    /** Offset of the displacement (of a memory operand or of a branch) in the instruction. */
    int displacementOffset();

    /** Size of the displacement in bytes; 0 if there is none. */
    int displacementSize();

    /** Offset of the immediate operand in the instruction. */
    int immediateOffset();

    /** Size of the immediate operand in bytes; 0 if there is none. */
    int immediateSize();

    /** Whether an operand is addressed relative to the PC (RIP-relative, adrp, auipc, larl ...). */
    boolean pcRelativeMemory();

    /** Whether {@link #target} is the place that the PC-relative operand means. */
    boolean knowsOperand();

    /**
     * Whether a relocated field is only the constant part of an address: registers are added to it,
     * or may be by later instructions that get the sum. Only where compilers take constants out of
     * an index and into that field (LLVM: {@code isOffsetFoldingLegal}, which x86 and SystemZ
     * allow): false on all other machines.
     *
     * @param field its offset in the instruction, in bytes
     * @param gcc whether gcc may have made it; LLVM does so only in code that is not position
     *     independent
     */
    boolean isConstantPart(int field, boolean gcc);

    /**
     * The rest of the instruction's word where its displacement is spread over it (machines of
     * fixed width); 0 where the displacement has bytes of its own.
     */
    long operation();

    /** What it does with addresses in registers; null if that is not known. */
    @Nullable AddressUse addressUse();

    /** Whether the instruction does nothing: padding, or room for a tracer. */
    boolean nop();

    /** Whether it does nothing but allow an indirect branch to arrive (ENDBR64, BTI). */
    boolean landingPad();
}
