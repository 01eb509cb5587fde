package suture.machine;

import static suture.machine.X86Opcodes.MAP_0F;
import static suture.machine.X86Opcodes.MAP_0F38;
import static suture.machine.X86Opcodes.MAP_0F3A;
import static suture.machine.X86Opcodes.MAP_3DNOW;
import static suture.machine.X86Opcodes.MAP_ONE;
import static suture.machine.X86Opcodes.MAP_XOP8;

import suture.bytes.Bytes;

import java.nio.ByteOrder;

/**
 * Walks x86 code: prefixes, opcode, ModRM, SIB, displacement, immediate. Which of the last four an
 * opcode has is read from {@link X86Opcodes}; what it does is asked of the few opcodes that
 * transfer control.
 */
final class X86Cursor extends Instruction {
    private static final int LONGEST = 15;

    private final boolean is64;
    private long position;
    private boolean operandSize;
    private boolean addressSize;
    private int repeat;
    private int rex;
    private int map;
    private int opcode;
    private int modrm;
    private boolean vector;
    private boolean based;

    X86Cursor(Bytes code, boolean is64) {
        super(code);
        this.is64 = is64;
    }

    @Override
    int smallest() {
        return 1;
    }

    @Override
    boolean decode() {
        position = at;
        operandSize = false;
        addressSize = false;
        repeat = 0;
        rex = 0;
        modrm = -1;
        vector = false;
        based = false;
        if (!prefixes() || !opcode()) {
            return false;
        }
        char operands = X86Opcodes.operands(map, opcode, is64);
        if (operands == 'x' || !operands(operands) || position - at > LONGEST || position > end) {
            return false;
        }
        length = (int) (position - at);
        control();
        return true;
    }

    private int take() {
        return position < end ? code.u8(position++) : -1;
    }

    private int peek(int ahead) {
        return position + ahead < end ? code.u8(position + ahead) : -1;
    }

    /** Leaves {@link #opcode} on the first byte that is no prefix. */
    private boolean prefixes() {
        while (position - at < LONGEST) {
            opcode = take();
            switch (opcode) {
                case -1 -> {
                    return false;
                }
                case 0x66 -> operandSize = true;
                case 0x67 -> addressSize = true;
                case 0xf2, 0xf3 -> repeat = opcode;
                case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf0 -> {}
                default -> {
                    if (!is64 || (opcode & 0xf0) != 0x40) {
                        return true;
                    }
                    rex = opcode;
                    continue;
                }
            }
            rex = 0; // it counts only directly before the opcode
        }
        return false;
    }

    private boolean opcode() {
        map = MAP_ONE;
        switch (opcode) {
            case 0x0f -> escape();
            case 0xc4 -> {
                if (vectorPrefix()) {
                    map = vexMap(take() & 0x1f);
                    take();
                    opcode = take();
                }
            }
            case 0xc5 -> {
                if (vectorPrefix()) {
                    map = MAP_0F;
                    take();
                    opcode = take();
                }
            }
            case 0x62 -> {
                if (vectorPrefix()) {
                    map = evexMap(take() & 7);
                    take();
                    take();
                    opcode = take();
                }
            }
            case 0x8f -> {
                if ((peek(0) & 0x1f) >= 8 && peek(0) >= 0) {
                    vector = true;
                    map = xopMap(take() & 0x1f);
                    take();
                    opcode = take();
                }
            }
            default -> {}
        }
        return opcode >= 0 && map >= 0;
    }

    /** Outside 64-bit mode C4, C5 and 62 are a prefix only before what would be a register. */
    private boolean vectorPrefix() {
        vector = is64 || peek(0) >= 0xc0;
        return vector;
    }

    private void escape() {
        map = MAP_0F;
        opcode = take();
        if (opcode == 0x38 || opcode == 0x3a) {
            map = opcode == 0x38 ? MAP_0F38 : MAP_0F3A;
            opcode = take();
        } else if (opcode == 0x0f) {
            map = MAP_3DNOW;
        }
    }

    private static int vexMap(int field) {
        return field >= 1 && field <= 3 ? field : -1;
    }

    private static int evexMap(int field) {
        return switch (field) {
            case 1, 2, 3 -> field;
            case 5, 6 -> MAP_0F38; // half precision: ModRM and no immediate throughout
            default -> -1;
        };
    }

    private static int xopMap(int field) {
        return switch (field) {
            case 8, 9, 10 -> MAP_XOP8 + field - 8;
            default -> -1;
        };
    }

    private boolean operands(char form) {
        if (vector && map == MAP_0F && opcode == 0x77) {
            return true; // vzeroupper
        }
        if (vector && map == MAP_0F && X86Opcodes.operands(map, opcode, is64) != 'B') {
            return modrm(false); // all others of the map have a ModRM byte under VEX and EVEX
        }
        return switch (form) {
            case '.' -> true;
            case 'm' -> modrm(false);
            case 'r' -> modrm(true);
            case 'b' -> immediate(1);
            case 'w' -> immediate(2);
            case 'e' -> immediate(3);
            case 'z' -> immediate(operandSize && (rex & 8) == 0 ? 2 : 4);
            case 'v' -> immediate((rex & 8) != 0 ? 8 : operandSize ? 2 : 4);
            case 'B' -> modrm(false) && immediate(1);
            case 'Z' -> modrm(false) && immediate(operandSize && (rex & 8) == 0 ? 2 : 4);
            case 'D' -> modrm(false) && immediate(4);
            case 'g' -> modrm(false) && ((modrm & 0x30) != 0 || immediate(1));
            case 'G' ->
                    modrm(false)
                            && ((modrm & 0x30) != 0
                                    || immediate(operandSize && (rex & 8) == 0 ? 2 : 4));
            case 'o' -> displacement(is64 != addressSize ? (is64 ? 8 : 4) : (is64 ? 4 : 2));
            case 'j' -> displacement(1);
            case 'J' -> displacement(operandSize && (rex & 8) == 0 ? 2 : 4);
            case 'f' -> immediate(operandSize ? 4 : 6);
            case 'q' -> modrm(false) && (!(operandSize || repeat == 0xf2) || immediate(2));
            default -> throw new IllegalStateException("form " + form);
        };
    }

    private boolean modrm(boolean registerAlways) {
        modrm = take();
        if (modrm < 0 || registerAlways || modrm >= 0xc0) {
            return modrm >= 0;
        }
        if (!is64 && addressSize) {
            return memory16();
        }
        int mode = modrm >> 6;
        int base = modrm & 7;
        boolean index = false;
        if (base == 4) {
            int sib = take();
            if (sib < 0) {
                return false;
            }
            base = sib & 7;
            index = (sib >> 3 & 7) != 4 || (rex & 2) != 0 || vector;
        } else if (is64 && mode == 0 && base == 5) {
            pcRelative = true;
        }
        based = index || mode != 0 || base != 5;
        return displacement(mode == 1 ? 1 : mode == 2 || base == 5 ? 4 : 0);
    }

    private boolean memory16() {
        int mode = modrm >> 6;
        based = mode != 0 || (modrm & 7) != 6;
        return displacement(mode == 0 && (modrm & 7) == 6 ? 2 : mode);
    }

    private boolean displacement(int size) {
        displacementOffset = size == 0 ? 0 : (int) (position - at);
        displacementSize = size;
        position += size;
        return true;
    }

    @Override
    public boolean isConstantPart(int field, boolean gcc) {
        boolean address = map == MAP_ONE && opcode == 0x8d && (gcc || !pcRelative);
        return (field == displacementOffset && displacementSize > 0)
                ? based || address
                : field == immediateOffset && immediateSize > 0;
    }

    private boolean immediate(int size) {
        immediateOffset = (int) (position - at);
        immediateSize = size;
        position += size;
        return true;
    }

    private void control() {
        if (vector) {
            return;
        }
        if (map == MAP_ONE) {
            controlOne();
        } else if (map == MAP_0F) {
            controlTwo();
        }
    }

    private void controlOne() {
        switch (opcode) {
            case 0xeb, 0xe9 -> branch(Flow.JUMP);
            case 0xe8 -> branch(Flow.CALL);
            case 0xe0, 0xe1, 0xe2, 0xe3 -> branch(Flow.CONDITIONAL);
            case 0xc2, 0xc3, 0xca, 0xcb, 0xcf -> leave(Flow.RETURN);
            case 0xcc, 0xf1, 0xf4 -> flow = Flow.TRAP;
            case 0xcd, 0xce -> flow = Flow.TRAP;
            case 0x9a -> flow = Flow.INDIRECT_CALL;
            case 0xea -> leave(Flow.INDIRECT_JUMP);
            case 0xff -> {
                int operation = (modrm >> 3) & 7;
                if (operation == 2 || operation == 3) {
                    flow = Flow.INDIRECT_CALL;
                } else if (operation == 4 || operation == 5) {
                    leave(Flow.INDIRECT_JUMP);
                }
            }
            case 0xc7 -> {
                if (modrm == 0xf8) { // xbegin: what looks like an immediate is where it aborts to
                    displacement(immediateOffset, immediateSize);
                }
            }
            case 0x90 -> nop = repeat == 0 && (rex & 1) == 0;
            case 0x8d -> nop = !is64 && leavesRegister();
            default -> {
                if (opcode >= 0x70 && opcode <= 0x7f) {
                    branch(Flow.CONDITIONAL);
                }
            }
        }
    }

    /**
     * Whether {@code lea} loads a register with itself: how the assembler fills gaps in 32-bit
     * code.
     */
    private boolean leavesRegister() {
        if (addressSize || displacementSize == 0 || read(at + displacementOffset) != 0) {
            return false;
        }
        int base = modrm & 7;
        if (base == 4) {
            int sib = code.u8(at + displacementOffset - 1);
            base = (sib >> 3 & 7) == 4 ? sib & 7 : -1;
        }
        return modrm >> 6 != 0 && base == (modrm >> 3 & 7);
    }

    private void controlTwo() {
        switch (opcode) {
            case 0x0b, 0xb9, 0xff -> leave(Flow.TRAP);
            case 0x07, 0x35 -> leave(Flow.RETURN);
            case 0x1e -> {
                landingPad = repeat == 0xf3 && modrm == (is64 ? 0xfa : 0xfb);
                nop = repeat == 0;
            }
            case 0x1f -> nop = true;
            default -> {
                if (opcode >= 0x80 && opcode <= 0x8f) {
                    branch(Flow.CONDITIONAL);
                }
            }
        }
    }

    private void displacement(int offset, int size) {
        immediateOffset = 0;
        immediateSize = 0;
        displacementOffset = offset;
        displacementSize = size;
        branch(Flow.CONDITIONAL);
    }

    private void leave(Flow to) {
        flow = to;
        fallsThrough = false;
    }

    private void branch(Flow to) {
        flow = to;
        fallsThrough = to != Flow.JUMP;
        hasTarget = true;
        long place = at + displacementOffset;
        target = position + read(place);
        if (displacementSize == 2) {
            target &= 0xffff;
        }
    }

    private long read(long place) {
        return switch (displacementSize) {
            case 1 -> (byte) code.u8(place);
            case 2 -> (short) code.u16(place, ByteOrder.LITTLE_ENDIAN);
            default -> code.s32(place, ByteOrder.LITTLE_ENDIAN);
        };
    }
}
