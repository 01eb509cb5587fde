package suture.dwarf;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;

import java.nio.ByteBuffer;

/**
 * What a relocation in debug information does to its field. Offsets in thread-local storage say
 * nothing about code and are left alone. Numbers: processor supplements; {@code elf.h} of glibc
 * 2.36; the RISC-V and LoongArch ELF psABI, whose assemblers leave differences to the linker as
 * pairs of an addition and a subtraction.
 *
 * @param operation what is done with the value
 * @param bits size of the field; 0 for a ULEB128, which keeps its length
 */
record DebugField(Operation operation, int bits) {
    /** What is done with the value. */
    enum Operation {
        SET,
        ADD,
        SUBTRACT,
        IGNORE
    }

    private static final int EM_RISCV = 243;
    private static final int EM_LOONGARCH = 258;
    private static final DebugField IGNORED = new DebugField(Operation.IGNORE, 0);

    /** The field of a relocation type, null if debug information does not have such. */
    static @Nullable DebugField of(int machine, int type) {
        return switch (machine) {
            case Elf.EM_X86_64 -> absolute(type, 10, 1, 17, 21);
            case Elf.EM_386 -> absolute(type, 1, -1, 32, 36);
            case Elf.EM_AARCH64 -> absolute(type, 258, 257, 1028, 1029);
            case Elf.EM_S390 -> absolute(type, 4, 22, 52, 53);
            case Elf.EM_PPC64 -> absolute(type, 1, 38, 78, 110);
            case Elf.EM_ARM -> absolute(type, 2, -1, 106, 106);
            case EM_RISCV -> riscv(type);
            case EM_LOONGARCH -> loongArch(type);
            default -> null;
        };
    }

    private static @Nullable DebugField absolute(
            int type, int word, int wide, int tls, int otherTls) {
        if (type == word) {
            return new DebugField(Operation.SET, 32);
        }
        if (type == wide) {
            return new DebugField(Operation.SET, 64);
        }
        return type == tls || type == otherTls || type == 0 ? IGNORED : null;
    }

    private static @Nullable DebugField riscv(int type) {
        return switch (type) {
            case 33, 34, 35, 36 -> new DebugField(Operation.ADD, 8 << (type - 33));
            case 37, 38, 39, 40 -> new DebugField(Operation.SUBTRACT, 8 << (type - 37));
            case 52 -> new DebugField(Operation.SUBTRACT, 6);
            case 53 -> new DebugField(Operation.SET, 6);
            case 54, 55, 56 -> new DebugField(Operation.SET, 8 << (type - 54));
            case 60 -> new DebugField(Operation.SET, 0);
            case 61 -> new DebugField(Operation.SUBTRACT, 0);
            case 51 -> IGNORED;
            default -> absolute(type, 1, 2, 8, 9);
        };
    }

    private static @Nullable DebugField loongArch(int type) {
        return switch (type) {
            case 47, 48 -> new DebugField(Operation.ADD, 8 << (type - 47));
            case 50, 51 -> new DebugField(Operation.ADD, 32 << (type - 50));
            case 52, 53 -> new DebugField(Operation.SUBTRACT, 8 << (type - 52));
            case 55, 56 -> new DebugField(Operation.SUBTRACT, 32 << (type - 55));
            case 105 -> new DebugField(Operation.ADD, 6);
            case 106 -> new DebugField(Operation.SUBTRACT, 6);
            case 107 -> new DebugField(Operation.ADD, 0);
            case 108 -> new DebugField(Operation.SUBTRACT, 0);
            case 100 -> IGNORED;
            default -> absolute(type, 1, 2, 8, 9);
        };
    }

    /**
     * Bytes of the field that begins at {@code at}.
     *
     * @throws IndexOutOfBoundsException if a ULEB128 has no end
     */
    int width(ByteBuffer content, int at) {
        if (operation == Operation.IGNORE) {
            return 0;
        }
        if (bits > 0) {
            return (bits + 7) / 8;
        }
        int end = at;
        while (content.get(end) < 0) {
            end++;
        }
        return end + 1 - at;
    }

    /** Its number as it stands. */
    long read(ByteBuffer content, int at) {
        return switch (bits) {
            case 0 -> uleb(content, at);
            case 6 -> content.get(at) & 0x3f;
            case 8 -> content.get(at);
            case 16 -> content.getShort(at);
            case 32 -> content.getInt(at);
            default -> content.getLong(at);
        };
    }

    private static long uleb(ByteBuffer content, int at) {
        long value = 0;
        for (int i = 0; ; i++) {
            byte part = content.get(at + i);
            value |= i < 10 ? (part & 0x7fL) << (7 * i) : 0;
            if (part >= 0) {
                return value;
            }
        }
    }

    /** Applies the value; the field is inside the content. */
    void apply(ByteBuffer content, int at, long value) {
        long number =
                switch (operation) {
                    case SET -> value;
                    case ADD -> read(content, at) + value;
                    case SUBTRACT -> read(content, at) - value;
                    case IGNORE -> 0;
                };
        if (operation != Operation.IGNORE) {
            write(content, at, number);
        }
    }

    private void write(ByteBuffer content, int at, long number) {
        switch (bits) {
            case 0 -> {
                int width = width(content, at);
                for (int i = 0; i < width; i++) {
                    int more = i + 1 < width ? 0x80 : 0;
                    long part = i < 10 ? (number >>> (7 * i)) & 0x7f : 0;
                    content.put(at + i, (byte) (part | more));
                }
            }
            case 6 -> content.put(at, (byte) ((content.get(at) & 0xc0) | (number & 0x3f)));
            case 8 -> content.put(at, (byte) number);
            case 16 -> content.putShort(at, (short) number);
            case 32 -> content.putInt(at, (int) number);
            default -> content.putLong(at, number);
        }
    }
}
