package suture.machine;

/** Where control goes after an instruction. */
public enum Flow {
    /** To the next instruction. */
    NEXT,
    /** To a place that stands in the instruction. */
    JUMP,
    /** To a place that stands in the instruction, or to the next instruction. */
    CONDITIONAL,
    /** To a function named in the instruction, and back. */
    CALL,
    /** To the caller. */
    RETURN,
    /** To a place from a register or from memory. */
    INDIRECT_JUMP,
    /** To a function from a register or from memory, and back. */
    INDIRECT_CALL,
    /** Into an exception; whether it comes back is not known from the code. */
    TRAP
}
