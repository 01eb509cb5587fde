package suture.graph;

import org.jspecify.annotations.Nullable;

import suture.graph.AnchorValue.Frame;
import suture.machine.AddressUse;
import suture.machine.AddressUse.Operand;
import suture.machine.Registers;

/** What instructions do to the words on the stack. */
final class AnchorStack {
    /** What two words held that an instruction loads. */
    record Loaded(@Nullable AnchorValue first, @Nullable AnchorValue second) {
        static final Loaded NOTHING = new Loaded(null, null);

        void put(AddressUse.Words words, AnchorState s) {
            if (!words.stored() && words.first() >= 0) {
                s.set(words.first(), first);
            }
            if (!words.stored() && words.second() >= 0) {
                s.set(words.second(), second);
            }
        }
    }

    private final int own;
    private final boolean taken;

    AnchorStack(Registers registers, AnchorCode code) {
        own = 1 << registers.stack() | 1 << registers.frame();
        taken = taken(code);
    }

    /** Whether an address on the stack gets into a register that is not made for that. */
    private boolean taken(AnchorCode code) {
        for (int i = 0; i < code.size(); i++) {
            AddressUse use = code.step(i).use();
            if (use != null
                    && !use.kind().accesses()
                    && use.target() >= 0
                    && (own >>> use.target() & 1) == 0
                    && (use.place().bases() & own) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether others may know of the function's words on the stack. */
    boolean taken() {
        return taken;
    }

    /** The place on the stack that is the one base, or null. */
    @Nullable Frame frame(Operand operand, AnchorState s) {
        return Integer.bitCount(operand.bases()) == 1
                        && s.get(Integer.numberOfTrailingZeros(operand.bases()))
                                instanceof Frame frame
                ? frame
                : null;
    }

    /** Whether it may be any place on the stack. */
    boolean unknown(Operand operand, AnchorState s) {
        return (operand.bases() & own) != 0 && frame(operand, s) == null;
    }

    /** An access to memory, before its registers are written. */
    Loaded access(int index, AddressUse use, AnchorState s) {
        if (!use.kind().accesses()) {
            return Loaded.NOTHING;
        }
        int others = use.target() < 0 ? use.writes() : use.writes() & ~(1 << use.target());
        boolean loads = use.reads() == 0 && others != 0;
        AddressUse.Words words = use.words();
        Frame frame = frame(use.place(), s);
        if (frame == null || use.second() != null || Integer.bitCount(use.reads()) > 2) {
            if (!loads && (taken || frame != null || unknown(use.place(), s))) {
                s.overwrite(index);
            }
            return Loaded.NOTHING;
        }
        boolean after = use.kind() == AddressUse.Kind.AFTER;
        long place = frame.offset() + (after ? 0 : use.place().displacement());
        if (words.stored()) {
            s.store(index, place, words.first() < 0 ? null : s.get(words.first()));
            if (words.second() >= 0) {
                s.store(index, place + 8, s.get(words.second()));
            }
        } else if (!loads) {
            s.overwrite(index, place);
        }
        return new Loaded(s.get(AnchorState.STACK + place), s.get(AnchorState.STACK + place + 8));
    }
}
