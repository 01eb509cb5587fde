package suture.machine;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;

/**
 * Which general registers an x86-64 instruction reads and writes, one bit each (bit 1 is rcx, bit 2
 * rdx, bit 6 rsi, bit 7 rdi). Intel SDM volume 2, appendix A.
 *
 * <p>Only what is certain counts as read: the registers of an address, and the operands of the
 * instructions that are listed here. An operand of any other instruction counts as written, so that
 * nothing is concluded from what follows. A part of a register counts as the whole.
 *
 * @param reads what it reads for sure
 * @param writes what is not the old value any more afterwards
 */
public record RegisterUse(int reads, int writes) {
    private static final RegisterUse NONE = new RegisterUse(0, 0);
    private static final int RAX = 1;
    private static final int RCX = 1 << 1;
    private static final int RDX = 1 << 2;
    private static final int STRING = (1 << 6) | (1 << 7);

    /** The parts of an instruction with a ModRM byte. */
    private record Form(int rex, int modrm, int base, int index, boolean bytes) {
        boolean register() {
            return modrm >= 0xc0;
        }

        int reg() {
            return 1 << number((modrm >> 3 & 7) | (rex & 4) << 1);
        }

        /** The register operand in the r/m field; 0 if that is memory. */
        int rm() {
            return register() ? 1 << number((modrm & 7) | (rex & 1) << 3) : 0;
        }

        int address() {
            return (base < 0 ? 0 : 1 << base) | (index < 0 ? 0 : 1 << index);
        }

        int operation() {
            return modrm >> 3 & 7;
        }

        /** Without a REX prefix 4 to 7 are the second bytes of the first four registers. */
        private int number(int field) {
            return bytes && rex == 0 && field >= 4 && field < 8 ? field - 4 : field;
        }
    }

    /** Reads an instruction of 64-bit code that {@link InstructionCursor} found valid. */
    public static RegisterUse of(Bytes code, long offset, int length) {
        long at = offset;
        long end = offset + length;
        boolean repeated = false;
        while (at < end && isPrefix(code.u8(at))) {
            repeated |= code.u8(at) == 0xf3 || code.u8(at) == 0xf2;
            at++;
        }
        int rex = 0;
        if (at < end && (code.u8(at) & 0xf0) == 0x40) {
            rex = code.u8(at++);
        }
        int opcode = code.u8(at++);
        if (opcode == 0x0f) {
            return two(code, at, end, rex);
        }
        if (opcode == 0xc4 || opcode == 0xc5 || opcode == 0x62) {
            return new RegisterUse(0, 0xffff);
        }
        RegisterUse use = withoutModrm(opcode, rex, repeated);
        return use == null ? one(opcode, form(code, at, end, rex, (opcode & 1) == 0)) : use;
    }

    private static boolean isPrefix(int octet) {
        return switch (octet) {
            case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> true;
            default -> false;
        };
    }

    private static Form form(Bytes code, long at, long end, int rex, boolean bytes) {
        int modrm = at < end ? code.u8(at) : 0xc0;
        if (modrm >= 0xc0) {
            return new Form(rex, modrm, -1, -1, bytes);
        }
        int field = modrm & 7;
        if (field != 4) {
            boolean pc = modrm >> 6 == 0 && field == 5;
            return new Form(rex, modrm, pc ? -1 : field | ((rex & 1) << 3), -1, bytes);
        }
        int sib = code.u8(at + 1);
        int index = (sib >> 3 & 7) | (rex & 2) << 2;
        boolean absolute = modrm >> 6 == 0 && (sib & 7) == 5;
        int base = absolute ? -1 : (sib & 7) | (rex & 1) << 3;
        return new Form(rex, modrm, base, index == 4 ? -1 : index, bytes);
    }

    private static @Nullable RegisterUse withoutModrm(int opcode, int rex, boolean repeated) {
        int register = 1 << ((opcode & 7) | (rex & 1) << 3);
        return switch (opcode) {
            case 0x04,
                    0x05,
                    0x0c,
                    0x0d,
                    0x14,
                    0x15,
                    0x1c,
                    0x1d,
                    0x24,
                    0x25,
                    0x2c,
                    0x2d,
                    0x34,
                    0x35 ->
                    new RegisterUse(RAX, RAX);
            case 0x3c, 0x3d, 0xa8, 0xa9 -> new RegisterUse(RAX, 0);
            case 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57 -> new RegisterUse(register, 0);
            case 0x58, 0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f -> new RegisterUse(0, register);
            case 0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7 ->
                    new RegisterUse(0, rex == 0 ? 1 << (opcode & 3) : register);
            case 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf -> new RegisterUse(0, register);
            case 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97 ->
                    register == RAX ? NONE : new RegisterUse(register | RAX, register | RAX);
            case 0x98 -> new RegisterUse(RAX, RAX);
            case 0x99 -> new RegisterUse(RAX, RDX);
            case 0xa4, 0xa5, 0xaa, 0xab ->
                    new RegisterUse(repeated ? (1 << 7) | RCX : 1 << 7, STRING | RCX);
            case 0x68, 0x6a, 0xc2, 0xc3, 0xc9, 0xcc, 0xe8, 0xe9, 0xeb, 0xf4 -> NONE;
            default -> opcode >= 0x70 && opcode <= 0x7f ? NONE : null;
        };
    }

    private static RegisterUse one(int opcode, Form f) {
        int address = f.address();
        if (opcode < 0x40) {
            return arithmetic(opcode, f);
        }
        return switch (opcode) {
            case 0x63, 0x8a, 0x8b, 0x69, 0x6b -> new RegisterUse(f.rm() | address, f.reg());
            case 0x8d -> new RegisterUse(address, f.reg());
            case 0x88, 0x89 -> new RegisterUse(f.reg() | address, f.rm());
            case 0x84, 0x85 -> new RegisterUse(f.reg() | f.rm() | address, 0);
            case 0x80, 0x81, 0x83 ->
                    new RegisterUse(f.rm() | address, f.operation() == 7 ? 0 : f.rm());
            case 0x86, 0x87 -> both(f);
            case 0xc0, 0xc1, 0xd0, 0xd1 -> new RegisterUse(f.rm() | address, f.rm());
            case 0xd2, 0xd3 -> new RegisterUse(f.rm() | address | RCX, f.rm());
            case 0xc6, 0xc7 -> new RegisterUse(address, f.rm());
            case 0xf6, 0xf7 -> group3(f);
            case 0xfe, 0xff ->
                    f.operation() < 2
                            ? new RegisterUse(f.rm() | address, f.rm())
                            : new RegisterUse(f.rm() | address, 0);
            default -> unknown(f);
        };
    }

    /** Eight operations with two operands, as a block of eight opcodes each. */
    private static RegisterUse arithmetic(int opcode, Form f) {
        int operation = opcode >> 3;
        boolean zeroes = (operation == 6 || operation == 5) && f.register() && f.rm() == f.reg();
        if (zeroes) {
            return new RegisterUse(0, f.reg());
        }
        int reads = f.reg() | f.rm() | f.address();
        boolean compares = operation == 7;
        boolean toRegister = (opcode & 2) != 0;
        return new RegisterUse(reads, compares ? 0 : toRegister ? f.reg() : f.rm());
    }

    private static RegisterUse group3(Form f) {
        int reads = f.rm() | f.address();
        return switch (f.operation()) {
            case 0, 1 -> new RegisterUse(reads, 0);
            case 2, 3 -> new RegisterUse(reads, f.rm());
            case 4, 5 -> new RegisterUse(reads | RAX, RAX | RDX);
            default -> new RegisterUse(reads | RAX | RDX, RAX | RDX);
        };
    }

    private static RegisterUse two(Bytes code, long at, long end, int rex) {
        int opcode = code.u8(at);
        Form wide = form(code, at + 1, end, rex, false);
        int address = wide.address();
        return switch (opcode) {
            case 0x1e, 0x1f, 0x0b, 0xff -> NONE;
            case 0xb6, 0xbe -> {
                int from = form(code, at + 1, end, rex, true).rm();
                yield new RegisterUse(from | address, wide.reg());
            }
            case 0xb7, 0xbf, 0xaf, 0xb8, 0xbc, 0xbd ->
                    new RegisterUse(
                            wide.rm() | address | (opcode == 0xaf ? wide.reg() : 0), wide.reg());
            case 0xa3 -> new RegisterUse(wide.reg() | wide.rm() | address, 0);
            case 0xab, 0xb3, 0xbb -> new RegisterUse(wide.reg() | wide.rm() | address, wide.rm());
            case 0xba ->
                    new RegisterUse(wide.rm() | address, wide.operation() == 4 ? 0 : wide.rm());
            case 0xc0, 0xc1 -> both(wide);
            case 0xb0, 0xb1 ->
                    new RegisterUse(wide.reg() | wide.rm() | address | RAX, RAX | wide.rm());
            default -> ranges(opcode, wide, code, at, end, rex);
        };
    }

    private static RegisterUse ranges(
            int opcode, Form wide, Bytes code, long at, long end, int rex) {
        if (opcode >= 0x80 && opcode <= 0x8f) {
            return NONE;
        }
        if (opcode >= 0x90 && opcode <= 0x9f) {
            return new RegisterUse(wide.address(), form(code, at + 1, end, rex, true).rm());
        }
        if (opcode >= 0x40 && opcode <= 0x4f) {
            return new RegisterUse(wide.rm() | wide.reg() | wide.address(), wide.reg());
        }
        if (opcode >= 0xc8 && opcode <= 0xcf) {
            int register = 1 << ((opcode & 7) | (rex & 1) << 3);
            return new RegisterUse(register, register);
        }
        return opcode == 0x38 || opcode == 0x3a || opcode == 0x05 || opcode == 0xa2
                ? new RegisterUse(0, 0xffff)
                : unknown(wide);
    }

    private static RegisterUse both(Form f) {
        return new RegisterUse(f.reg() | f.rm() | f.address(), f.reg() | f.rm());
    }

    private static RegisterUse unknown(Form f) {
        return new RegisterUse(f.address(), f.reg() | f.rm());
    }
}
