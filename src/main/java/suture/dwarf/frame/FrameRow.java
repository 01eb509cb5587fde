package suture.dwarf.frame;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

import java.util.Map;

/**
 * What holds at one instruction.
 *
 * @param cfa how the CFA is found
 * @param rules by register; one that is missing has no rule
 */
public record FrameRow(Cfa cfa, Map<Integer, FrameRule> rules) {
    /** How the CFA is found. */
    public sealed interface Cfa {
        /** A register plus an offset. */
        record Register(int register, long offset) implements Cfa {}

        /** The value of an expression. */
        record Expression(Bytes expression) implements Cfa {}
    }

    /** The rule of a register, or null. */
    public @Nullable FrameRule rule(int register) {
        return rules.get(register);
    }
}
