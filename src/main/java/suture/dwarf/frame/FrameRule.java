package suture.dwarf.frame;

import suture.bytes.Bytes;

/** Where the caller's value of a register is (DWARF 5, 6.4.1). */
public sealed interface FrameRule {
    /** Nowhere; for the return address: there is no caller. */
    record Undefined() implements FrameRule {}

    /** Still in the register. */
    record Same() implements FrameRule {}

    /** In memory, at this distance from the CFA. */
    record Saved(long offset) implements FrameRule {}

    /** It is the CFA plus this. */
    record Value(long offset) implements FrameRule {}

    /** In another register. */
    record InRegister(int register) implements FrameRule {}

    /** In memory, at the address that the expression gives. */
    record SavedAt(Bytes expression) implements FrameRule {}

    /** It is what the expression gives. */
    record Computed(Bytes expression) implements FrameRule {}
}
