package suture.dwarf.frame;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.Cursor;
import suture.dwarf.frame.FrameRow.Cfa;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs the program of an entry up to an instruction (DWARF 5, 6.4.2; the numbers are those of
 * 7.24). Its vendor's instructions are those that compilers for x86-64 write: the size of arguments
 * on the stack, which unwinding does not need, and an old form of an offset.
 */
public final class FrameProgram {
    private static final int DEEPEST = 256;
    private static final int REGISTERS = 1024;
    private static final int RULES = 128;

    private final FrameEntry entry;
    private final long pc;
    private final Deque<FrameRow> remembered = new ArrayDeque<>();
    private final Map<Integer, FrameRule> rules = new HashMap<>();
    private Map<Integer, FrameRule> initial = Map.of();
    private @Nullable Cfa cfa;
    private long location;

    private FrameProgram(FrameEntry entry, long pc) {
        this.entry = entry;
        this.pc = pc;
        this.location = entry.start();
    }

    /**
     * The row of the instruction at {@code pc}.
     *
     * @throws suture.bytes.FormatException if the program is none
     */
    public static FrameRow row(FrameEntry entry, long pc) {
        FrameProgram program = new FrameProgram(entry, pc);
        try {
            program.run(entry.common().instructions(), 0);
            program.initial = Map.copyOf(program.rules);
            program.run(entry.instructions(), entry.instructionsAddress());
        } catch (IndexOutOfBoundsException e) {
            throw FrameReader.bad(entry.address(), "a whole instruction", "the end of the program");
        }
        return program.row();
    }

    private FrameRow row() {
        if (cfa == null) {
            throw FrameReader.bad(entry.address(), "a rule for the CFA", "none");
        }
        return new FrameRow(cfa, Map.copyOf(rules));
    }

    private void run(Bytes instructions, long address) {
        Cursor in = new Cursor(instructions, FrameReader.ORDER);
        while (in.remaining() > 0 && Long.compareUnsigned(location, pc) <= 0) {
            int code = in.u8();
            int operand = code & 0x3f;
            switch (code >> 6) {
                case 1 -> advance(operand);
                case 2 -> rules.put(operand, new FrameRule.Saved(factored(in.uleb())));
                case 3 -> restore(operand);
                default -> extended(code, in, address);
            }
            if (rules.size() > RULES) {
                throw FrameReader.bad(entry.address(), "up to " + RULES + " rules", "more");
            }
        }
    }

    private void extended(int code, Cursor in, long address) {
        switch (code) {
            case 0x00 -> {}
            case 0x01 -> location = entry.common().code().read(in, address, 0);
            case 0x02 -> advance(in.u8());
            case 0x03 -> advance(in.u16());
            case 0x04 -> advance(in.u32());
            case 0x06 -> restore(register(in.uleb()));
            case 0x0a -> remember();
            case 0x0b -> recall();
            case 0x0c -> cfa = new Cfa.Register(register(in.uleb()), in.uleb());
            case 0x0d -> cfa = new Cfa.Register(register(in.uleb()), base().offset());
            case 0x0e -> cfa = new Cfa.Register(base().register(), in.uleb());
            case 0x0f -> cfa = new Cfa.Expression(block(in));
            case 0x12 -> cfa = new Cfa.Register(register(in.uleb()), factored(in.sleb()));
            case 0x13 -> cfa = new Cfa.Register(base().register(), factored(in.sleb()));
            case 0x2e -> in.uleb(); // the size of arguments on the stack
            default -> rules.put(register(in.uleb()), rule(code, in));
        }
    }

    private FrameRule rule(int code, Cursor in) {
        return switch (code) {
            case 0x05 -> new FrameRule.Saved(factored(in.uleb()));
            case 0x07 -> new FrameRule.Undefined();
            case 0x08 -> new FrameRule.Same();
            case 0x09 -> new FrameRule.InRegister(register(in.uleb()));
            case 0x10 -> new FrameRule.SavedAt(block(in));
            case 0x11 -> new FrameRule.Saved(factored(in.sleb()));
            case 0x14 -> new FrameRule.Value(factored(in.uleb()));
            case 0x15 -> new FrameRule.Value(factored(in.sleb()));
            case 0x16 -> new FrameRule.Computed(block(in));
            case 0x2f -> new FrameRule.Saved(-factored(in.uleb()));
            default ->
                    throw FrameReader.bad(
                            entry.address(),
                            "a call frame instruction",
                            "0x" + Integer.toHexString(code));
        };
    }

    static int register(long number) {
        if (number < 0 || number >= REGISTERS) {
            throw FrameReader.bad(0, "a register below " + REGISTERS, "register " + number);
        }
        return (int) number;
    }

    private long factored(long offset) {
        return offset * entry.common().dataAlignment();
    }

    private void advance(long distance) {
        location += distance * entry.common().codeAlignment();
    }

    private void restore(int register) {
        FrameRule rule = initial.get(register);
        if (rule == null) {
            rules.remove(register);
        } else {
            rules.put(register, rule);
        }
    }

    /** A state is all rules, that of the CFA too (as all unwinders have it). */
    private void remember() {
        if (remembered.size() == DEEPEST) {
            throw FrameReader.bad(
                    entry.address(), "up to " + DEEPEST + " remembered states", "more");
        }
        remembered.push(row());
    }

    private void recall() {
        FrameRow row = remembered.poll();
        if (row == null) {
            throw FrameReader.bad(entry.address(), "a remembered state", "none");
        }
        rules.clear();
        rules.putAll(row.rules());
        cfa = row.cfa();
    }

    private Cfa.Register base() {
        if (cfa instanceof Cfa.Register register) {
            return register;
        }
        throw FrameReader.bad(entry.address(), "a CFA by register", "another or none");
    }

    private Bytes block(Cursor in) {
        long length = in.uleb();
        if (length < 0 || length > in.remaining()) {
            throw FrameReader.bad(entry.address(), "an expression", length + " bytes");
        }
        return in.take(length);
    }
}
