package suture.machine;

/**
 * What follows each opcode of x86 (Intel SDM volume 2, appendix A; AMD manual volume 3, appendix
 * A): 16 rows of 16 letters a map.
 *
 * <pre>
 *   .  nothing               m  ModRM              r  ModRM that names registers whatever its mode
 *   b  imm8                  B  ModRM, imm8        g  ModRM, imm8 if its reg field is 0 or 1
 *   z  imm16/32              Z  ModRM, imm16/32    G  ModRM, imm16/32 if its reg field is 0 or 1
 *   v  imm16/32/64           D  ModRM, imm32       q  ModRM, two imm8 behind 66 or F2
 *   w  imm16                 e  imm16, imm8        f  far pointer
 *   j  rel8                  J  rel16/32           o  offset of the address size
 *   x  undefined (or a prefix, which never gets here)
 * </pre>
 */
final class X86Opcodes {
    static final int MAP_ONE = 0;
    static final int MAP_0F = 1;
    static final int MAP_0F38 = 2;
    static final int MAP_0F3A = 3;
    static final int MAP_3DNOW = 4;
    static final int MAP_XOP8 = 5;

    private static final String ONE =
            "mmmmbzxxmmmmbzxx" // 00
                    + "mmmmbzxxmmmmbzxx" // 10
                    + "mmmmbzxxmmmmbzxx" // 20
                    + "mmmmbzxxmmmmbzxx" // 30
                    + "xxxxxxxxxxxxxxxx" // 40 REX
                    + "................" // 50
                    + "xxxmxxxxzZbB...." // 60
                    + "jjjjjjjjjjjjjjjj" // 70
                    + "BZxBmmmmmmmmmmmm" // 80
                    + "..........x....." // 90
                    + "oooo....bz......" // a0
                    + "bbbbbbbbvvvvvvvv" // b0
                    + "BBw.xxBZe.w..bx." // c0
                    + "mmmmxxx.mmmmmmmm" // d0
                    + "jjjjbbbbJJxj...." // e0
                    + "x.xx..gG......mm"; // f0

    /** Where 32-bit mode differs. */
    private static final String ONE_32 =
            "mmmmbz..mmmmbz.x" // 00
                    + "mmmmbz..mmmmbz.." // 10
                    + "mmmmbzx.mmmmbzx." // 20
                    + "mmmmbzx.mmmmbzx." // 30
                    + "................" // 40
                    + "................" // 50
                    + "..mmxxxxzZbB...." // 60
                    + "jjjjjjjjjjjjjjjj" // 70
                    + "BZBBmmmmmmmmmmmm" // 80
                    + "..........f....." // 90
                    + "oooo....bz......" // a0
                    + "bbbbbbbbvvvvvvvv" // b0
                    + "BBw.mmBZe.w..b.." // c0
                    + "mmmmbb..mmmmmmmm" // d0
                    + "jjjjbbbbJJfj...." // e0
                    + "x.xx..gG......mm"; // f0

    private static final String TWO =
            "mmmmx.....x.xm.B" // 00
                    + "mmmmmmmmmmmmmmmm" // 10
                    + "rrrrxxxxmmmmmmmm" // 20
                    + "......x.xxxxxxxx" // 30
                    + "mmmmmmmmmmmmmmmm" // 40
                    + "mmmmmmmmmmmmmmmm" // 50
                    + "mmmmmmmmmmmmmmmm" // 60
                    + "BBBBmmm.qmxxmmmm" // 70
                    + "JJJJJJJJJJJJJJJJ" // 80
                    + "mmmmmmmmmmmmmmmm" // 90
                    + "...mBmmm...mBmmm" // a0
                    + "mmmmmmmmmmBmmmmm" // b0
                    + "mmBmBBBm........" // c0
                    + "mmmmmmmmmmmmmmmm" // d0
                    + "mmmmmmmmmmmmmmmm" // e0
                    + "mmmmmmmmmmmmmmmm"; // f0

    private X86Opcodes() {}

    static char operands(int map, int opcode, boolean is64) {
        return switch (map) {
            case MAP_ONE -> (is64 ? ONE : ONE_32).charAt(opcode);
            case MAP_0F -> TWO.charAt(opcode);
            case MAP_0F3A, MAP_3DNOW, MAP_XOP8 -> 'B';
            case MAP_XOP8 + 2 -> 'D';
            default -> 'm';
        };
    }
}
