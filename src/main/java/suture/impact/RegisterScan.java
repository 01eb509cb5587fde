package suture.impact;

import suture.bytes.Bytes;
import suture.graph.Atom;
import suture.graph.Reference;
import suture.machine.Flow;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.machine.RegisterUse;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds callers that read a register after a call although the calling convention (System V AMD64
 * ABI, 3.2.3) lets the callee destroy it: the trace of IPA-RA. All paths after the call are
 * followed until the register is written or another call comes. rdx may carry a result, so it
 * counts only if the callee never writes it and calls nothing.
 */
final class RegisterScan {
    /** rcx, rsi, rdi, r8 to r11. */
    private static final int DESTROYED = 1 << 1 | 1 << 6 | 1 << 7 | 0xf00;

    private static final int RDX = 1 << 2;
    private static final String[] NAMES = {
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
        "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
    };

    private final Machine machine;
    private final Map<Atom, Boolean> untouched = new HashMap<>();

    /** What is still the caller's value at a place, by extent and offset. */
    private record Place(int extent, long offset) {}

    RegisterScan(Machine machine) {
        this.machine = machine;
    }

    boolean applies() {
        return machine.name().equals("x86_64");
    }

    /** The registers that are read, as words; empty if none is for sure. */
    String kept(Code.Call call) {
        Atom caller = call.caller();
        Reference reference = call.reference();
        Bytes code = caller.extents().get(reference.extent()).content();
        InstructionCursor cursor = machine.instructions(code);
        while (cursor.next() && cursor.offset() + cursor.length() <= reference.offset()) {}
        if (cursor.flow() != Flow.CALL) {
            return "";
        }
        int mask = DESTROYED | (leavesRdx(reference.target()) ? RDX : 0);
        Walk walk = new Walk(caller);
        walk.from(new Place(reference.extent(), cursor.offset() + cursor.length()), mask);
        return names(walk.read);
    }

    private static String names(int mask) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            if ((mask >> i & 1) != 0) {
                text.append(text.isEmpty() ? "" : ", ").append(NAMES[i]);
            }
        }
        return text.toString();
    }

    private boolean leavesRdx(Atom callee) {
        return untouched.computeIfAbsent(callee, this::scanRdx);
    }

    private boolean scanRdx(Atom callee) {
        for (var extent : callee.extents()) {
            InstructionCursor cursor = machine.instructions(extent.content());
            while (cursor.next()) {
                boolean calls =
                        !cursor.valid()
                                || cursor.flow() == Flow.CALL
                                || cursor.flow() == Flow.INDIRECT_CALL
                                || cursor.flow() == Flow.INDIRECT_JUMP;
                if (calls || (use(extent.content(), cursor).writes() & RDX) != 0) {
                    return false;
                }
            }
        }
        return callee.references().stream().noneMatch(r -> r.target().code());
    }

    private static RegisterUse use(Bytes code, InstructionCursor cursor) {
        return RegisterUse.of(code, cursor.offset(), cursor.length());
    }

    private final class Walk {
        private final Atom function;
        private final Map<Place, Integer> seen = new HashMap<>();
        private final Deque<Place> queue = new ArrayDeque<>();
        private int read;

        Walk(Atom function) {
            this.function = function;
        }

        void from(Place start, int mask) {
            reach(start, mask);
            while (!queue.isEmpty()) {
                Place place = queue.remove();
                run(place, seen.getOrDefault(place, 0));
            }
        }

        private void reach(Place place, int mask) {
            int before = seen.getOrDefault(place, 0);
            if ((mask & ~before) != 0) {
                seen.put(place, before | mask);
                queue.add(place);
            }
        }

        /** Straight on until nothing is left to ask, or control leaves. */
        private void run(Place start, int live) {
            int mask = live;
            Bytes code = function.extents().get(start.extent()).content();
            InstructionCursor cursor = machine.instructions(code);
            cursor.seek(start.offset());
            while (mask != 0 && cursor.next() && cursor.valid()) {
                switch (cursor.flow()) {
                    case CALL, INDIRECT_CALL, RETURN, INDIRECT_JUMP, TRAP -> {
                        if (cursor.flow() == Flow.INDIRECT_CALL || cursor.flow() == Flow.TRAP) {
                            read |= use(code, cursor).reads() & mask;
                        }
                        return;
                    }
                    case JUMP, CONDITIONAL -> branch(start.extent(), cursor, mask);
                    case NEXT -> {
                        RegisterUse use = use(code, cursor);
                        read |= use.reads() & mask;
                        mask &= ~use.writes();
                    }
                }
                if (!cursor.fallsThrough()) {
                    return;
                }
            }
        }

        private void branch(int extent, InstructionCursor cursor, int mask) {
            long field = cursor.offset() + cursor.displacementOffset();
            for (Reference reference : function.references()) {
                if (reference.extent() == extent && reference.offset() == field) {
                    if (reference.target() == function) {
                        reach(new Place(reference.targetExtent(), reference.targetOffset()), mask);
                    }
                    return;
                }
            }
            if (cursor.hasTarget()
                    && cursor.target() >= 0
                    && cursor.target() < function.extents().get(extent).size()) {
                reach(new Place(extent, cursor.target()), mask);
            }
        }
    }
}
