package suture.dwarf.frame;

import suture.bytes.Bytes;
import suture.bytes.Cursor;
import suture.bytes.FormatException;

/**
 * Evaluates the expressions of call frame information: a stack machine (DWARF 5, 2.5; the numbers
 * are those of 7.7.1) without what needs a frame or debug information (6.4.2.5).
 */
final class FrameExpression {
    private static final int DEEPEST = 64;
    private static final int STEPS = 10_000;

    private final RegisterSet registers;
    private final FrameMemory memory;
    private final Cursor in;
    private final long size;
    private final long[] stack = new long[DEEPEST];
    private int depth;

    private FrameExpression(Bytes expression, RegisterSet registers, FrameMemory memory) {
        this.registers = registers;
        this.memory = memory;
        this.in = new Cursor(expression, FrameReader.ORDER);
        this.size = expression.size();
    }

    /** The value of an expression that begins with an empty stack: one for the CFA. */
    static long value(Bytes expression, RegisterSet registers, FrameMemory memory) {
        return new FrameExpression(expression, registers, memory).run();
    }

    /** The value of an expression that begins with the CFA on the stack. */
    static long value(Bytes expression, RegisterSet registers, FrameMemory memory, long cfa) {
        FrameExpression machine = new FrameExpression(expression, registers, memory);
        machine.push(cfa);
        return machine.run();
    }

    private long run() {
        try {
            for (int step = 0; in.remaining() > 0; step++) {
                if (step == STEPS) {
                    throw bad("an expression that ends", STEPS + " steps");
                }
                operation(in.u8());
            }
        } catch (IndexOutOfBoundsException e) {
            throw bad("a whole operation", "the end of the expression");
        } catch (ArithmeticException e) {
            throw bad("a divisor", "zero");
        }
        return pop();
    }

    private void operation(int code) {
        if (code >= 0x30 && code <= 0x4f) {
            push(code - 0x30);
        } else if (code >= 0x70 && code <= 0x8f) {
            push(registers.get(code - 0x70) + in.sleb());
        } else if (code >= 0x19 && code <= 0x27) {
            arithmetic(code);
        } else if (code >= 0x29 && code <= 0x2e) {
            compare(code);
        } else if (code >= 0x08 && code <= 0x11) {
            constant(code);
        } else {
            other(code);
        }
    }

    private void constant(int code) {
        push(
                switch (code) {
                    case 0x08 -> in.u8();
                    case 0x09 -> (byte) in.u8();
                    case 0x0a -> in.u16();
                    case 0x0b -> (short) in.u16();
                    case 0x0c -> in.u32();
                    case 0x0d -> in.s32();
                    case 0x10 -> in.uleb();
                    case 0x11 -> in.sleb();
                    default -> in.s64(); // 0e and 0f
                });
    }

    private void other(int code) {
        switch (code) {
            case 0x03 -> push(in.s64());
            case 0x06 -> push(load(pop(), 8));
            case 0x94 -> {
                int width = in.u8();
                push(load(pop(), width));
            }
            case 0x12 -> push(peek(0));
            case 0x13 -> pop();
            case 0x14 -> push(peek(1));
            case 0x15 -> push(peek(in.u8()));
            case 0x16 -> turn(2);
            case 0x17 -> turn(3);
            case 0x28 -> {
                int distance = (short) in.u16();
                if (pop() != 0) {
                    jump(distance);
                }
            }
            case 0x2f -> jump((short) in.u16());
            case 0x92 -> push(registers.get(register(in.uleb())) + in.sleb());
            case 0x96 -> {}
            default ->
                    throw bad(
                            "an operation of call frame expressions",
                            "0x" + Integer.toHexString(code));
        }
    }

    private void arithmetic(int code) {
        switch (code) {
            case 0x19 -> push(Math.abs(pop()));
            case 0x1f -> push(-pop());
            case 0x20 -> push(~pop());
            case 0x23 -> push(pop() + in.uleb());
            default -> {
                long right = pop();
                push(both(code, pop(), right));
            }
        }
    }

    private static long both(int code, long left, long right) {
        return switch (code) {
            case 0x1a -> left & right;
            case 0x1b -> left / right;
            case 0x1c -> left - right;
            case 0x1d -> Long.remainderUnsigned(left, right);
            case 0x1e -> left * right;
            case 0x21 -> left | right;
            case 0x22 -> left + right;
            case 0x24 -> shifted(right) ? left << right : 0;
            case 0x25 -> shifted(right) ? left >>> right : 0;
            case 0x26 -> shifted(right) ? left >> right : left >> 63;
            case 0x27 -> left ^ right;
            default -> throw new IllegalStateException("operation " + code);
        };
    }

    private static boolean shifted(long count) {
        return count >= 0 && count < 64;
    }

    private void compare(int code) {
        long right = pop();
        long left = pop();
        boolean holds =
                switch (code) {
                    case 0x29 -> left == right;
                    case 0x2a -> left >= right;
                    case 0x2b -> left > right;
                    case 0x2c -> left <= right;
                    case 0x2d -> left < right;
                    case 0x2e -> left != right;
                    default -> throw new IllegalStateException("operation " + code);
                };
        push(holds ? 1 : 0);
    }

    private int register(long number) {
        if (number < 0 || number >= registers.size()) {
            throw bad("a register below " + registers.size(), "register " + number);
        }
        return (int) number;
    }

    private void jump(int distance) {
        long target = in.position() + distance;
        if (target < 0 || target > size) {
            throw bad("a jump inside of the expression", "one to " + target);
        }
        in.seek(target);
    }

    private long load(long address, int width) {
        Bytes value =
                switch (width) {
                    case 1, 2, 4, 8 -> memory.read(address, width);
                    default -> throw bad("1, 2, 4 or 8 bytes", width + " bytes");
                };
        long result = 0;
        for (int i = width - 1; i >= 0; i--) {
            result = result << 8 | value.u8(i);
        }
        return result;
    }

    /** The top value goes below the others. */
    private void turn(int count) {
        peek(count - 1);
        long top = stack[depth - 1];
        for (int i = 1; i < count; i++) {
            stack[depth - i] = stack[depth - i - 1];
        }
        stack[depth - count] = top;
    }

    private long peek(int below) {
        if (below >= depth) {
            throw bad("a value on the stack", depth + " values");
        }
        return stack[depth - 1 - below];
    }

    private long pop() {
        long value = peek(0);
        depth--;
        return value;
    }

    private void push(long value) {
        if (depth == DEEPEST) {
            throw bad("at most " + DEEPEST + " values on the stack", "more");
        }
        stack[depth++] = value;
    }

    private static FormatException bad(String expected, String found) {
        return FrameReader.bad(0, expected, found);
    }
}
