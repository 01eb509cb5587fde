package suture.machine;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

/** The state that every cursor keeps about the instruction it stands on. */
abstract class Instruction implements InstructionCursor {
    final Bytes code;
    final long end;
    long at;
    int length;
    boolean valid;
    Flow flow = Flow.NEXT;
    boolean fallsThrough;
    boolean hasTarget;
    long target;
    int displacementOffset;
    int displacementSize;
    int immediateOffset;
    int immediateSize;
    boolean pcRelative;
    boolean knowsOperand;
    long operation;
    boolean nop;
    boolean landingPad;

    Instruction(Bytes code) {
        this.code = code;
        this.end = code.size();
    }

    /** Reads the instruction at {@link #at}; false if there is none. Sets {@link #length}. */
    abstract boolean decode();

    /** The length of what cannot be decoded. */
    abstract int smallest();

    @Override
    public final boolean next() {
        at += length;
        if (at >= end) {
            length = 0;
            return false;
        }
        clear();
        valid = decode();
        if (!valid) {
            clear();
            length = (int) Math.min(smallest(), end - at);
        }
        return true;
    }

    private void clear() {
        flow = Flow.NEXT;
        fallsThrough = true;
        hasTarget = false;
        target = 0;
        displacementOffset = 0;
        displacementSize = 0;
        immediateOffset = 0;
        immediateSize = 0;
        pcRelative = false;
        knowsOperand = false;
        operation = 0;
        nop = false;
        landingPad = false;
    }

    @Override
    public final void seek(long offset) {
        at = offset;
        length = 0;
    }

    @Override
    public final long offset() {
        return at;
    }

    @Override
    public final int length() {
        return length;
    }

    @Override
    public final boolean valid() {
        return valid;
    }

    @Override
    public final Flow flow() {
        return flow;
    }

    @Override
    public final boolean fallsThrough() {
        return fallsThrough;
    }

    @Override
    public final boolean hasTarget() {
        return hasTarget;
    }

    @Override
    public final long target() {
        return target;
    }

    @Override
    public final int displacementOffset() {
        return displacementOffset;
    }

    @Override
    public final int displacementSize() {
        return displacementSize;
    }

    @Override
    public final int immediateOffset() {
        return immediateOffset;
    }

    @Override
    public final int immediateSize() {
        return immediateSize;
    }

    @Override
    public final boolean pcRelativeMemory() {
        return pcRelative;
    }

    @Override
    public final boolean knowsOperand() {
        return knowsOperand;
    }

    @Override
    public final long operation() {
        return operation;
    }

    @Override
    public @Nullable AddressUse addressUse() {
        return null;
    }

    @Override
    public final boolean nop() {
        return nop;
    }

    @Override
    public final boolean landingPad() {
        return landingPad;
    }
}
