package suture.machine;

/**
 * The {@link BranchTable} of each fixed-width machine, from the encodings in its architecture
 * manual. The masks are wide enough that words of different lengths never meet in one row.
 */
final class Branches {
    /** Arm Architecture Reference Manual, chapter C4.1. */
    static final String AARCH64 =
            """
            ffffffff d503201f NOP
            ffffff3f d503241f PAD
            ffffffff d503233f PAD
            ffffffff d503237f PAD
            fc000000 14000000 JUMP          25:0<<2
            fc000000 94000000 CALL          25:0<<2
            ff000000 54000000 CONDITIONAL   23:5<<2
            7e000000 34000000 CONDITIONAL   23:5<<2
            7e000000 36000000 CONDITIONAL   18:5<<2
            fffffc1f d65f0000 RETURN
            fffffbff d65f0bff RETURN
            fffffc1f d61f0000 INDIRECT_JUMP
            fffffc1f d63f0000 INDIRECT_CALL
            fefff800 d61f0800 INDIRECT_JUMP
            fefff800 d63f0800 INDIRECT_CALL
            ffffffff d69f03e0 RETURN
            fffffbff d69f0bff RETURN
            ffe0001f d4200000 TRAP
            ffe0001f d4400000 TRAP
            ffff0000 00000000 TRAP
            1f000000 10000000 PCREL
            3b000000 18000000 PCREL
            """;

    /** Power ISA 3.1, book I, chapters 2.4 and 3.3. Absolute branches (AA) have no target. */
    static final String PPC64 =
            """
            ffffffff 60000000 NOP
            ffffffff 60420000 NOP
            fc000003 48000000 JUMP           25:2<<2
            fc000003 48000001 CALL           25:2<<2
            fc000003 48000002 JUMP
            fc000003 48000003 CALL
            fe800003 42800000 JUMP           15:2<<2
            fc000003 40000000 CONDITIONAL    15:2<<2
            fc000003 40000001 CALL?          15:2<<2
            fc000003 40000002 CONDITIONAL
            fc000003 40000003 CALL?
            fe8007ff 4e800020 RETURN
            fc0007ff 4c000020 RETURN?
            fe8007ff 4e800021 INDIRECT_CALL
            fc0007ff 4c000021 INDIRECT_CALL?
            fe8007ff 4e800420 INDIRECT_JUMP
            fc0007ff 4c000420 INDIRECT_JUMP?
            fc0007ff 4c000421 INDIRECT_CALL?
            fc0007ff 4c000460 INDIRECT_JUMP?
            fc0007ff 4c000461 INDIRECT_CALL?
            ffffffff 4c000024 RETURN
            ffffffff 4c000224 RETURN
            ffffffff 4c0000a4 RETURN
            ffffffff 00000000 TRAP
            ffe007ff 7fe00008 TRAP
            ffe00000 0fe00000 TRAP
            ffe007ff 7fe00088 TRAP
            ffffffff00000000 0700000000000000 NOP
            ff10000000000000 0410000000000000 PCREL
            ff10000000000000 0610000000000000 PCREL
            """;

    /** z/Architecture Principles of Operation, chapter 7; words of two, four and six bytes. */
    static final String S390X =
            """
            ffffffffffff 000000000000 TRAP
            ffffffffffff 000000000001 TRAP
            fffffffffff0 000000000700 NOP
            ffffffffff0f 000000000700 NOP
            ffffffffffff 0000000007fe RETURN
            fffffffffff0 0000000007f0 INDIRECT_JUMP
            ffffffffff0f 00000000070e RETURN?
            ffffffffff00 000000000700 INDIRECT_JUMP?
            ffffffffff0f 000000000d00 NEXT
            ffffffffff00 000000000d00 INDIRECT_CALL
            ffffffffff0f 000000000600 NEXT
            ffffffffff00 000000000600 INDIRECT_JUMP?
            ffffffff0000 000047000000 NOP
            fffffff00000 000047f00000 INDIRECT_JUMP
            ffffff000000 000047000000 INDIRECT_JUMP?
            ffffff000000 000046000000 INDIRECT_JUMP?
            fffffe000000 000086000000 INDIRECT_JUMP?
            ffffff000000 000045000000 INDIRECT_CALL
            ffffff000000 00004d000000 INDIRECT_CALL
            ffffff000000 0000af000000 TRAP
            ffffffff0000 0000a7040000 NOP
            ffffffff0000 0000a7f40000 JUMP         15:0<<1
            ffffff0f0000 0000a7040000 CONDITIONAL  15:0<<1
            ffffff0f0000 0000a7050000 CALL         15:0<<1
            ffffff0e0000 0000a7060000 CONDITIONAL  15:0<<1
            fffffe000000 000084000000 CONDITIONAL  15:0<<1
            ffff00000000 c00400000000 NOP
            ffff00000000 c0f400000000 JUMP         31:0<<1
            ff0f00000000 c00400000000 CONDITIONAL  31:0<<1
            ff0f00000000 c00500000000 CALL         31:0<<1
            ff0f00000000 cc0600000000 CONDITIONAL  31:0<<1
            ff0000000076 ec0000000064 CONDITIONAL  31:16<<1
            ff00000000fe ec0000000044 CONDITIONAL  31:16<<1
            ff00000000fe ec000000007c CONDITIONAL  31:16<<1
            ff00000000fe ec000000007e CONDITIONAL  31:16<<1
            ff00000000fe ec0000000076 CONDITIONAL  31:16<<1
            ff00000000fe ec00000000e4 INDIRECT_JUMP?
            ff00000000fe ec00000000f6 INDIRECT_JUMP?
            ff00000000fc ec00000000fc INDIRECT_JUMP?
            ff00000000fe eb0000000044 INDIRECT_JUMP?
            ff00000000fe e30000000046 INDIRECT_JUMP?
            ff0f00000000 c00000000000 PCREL        31:0<<1
            ff0000000000 c40000000000 PCREL        31:0<<1
            ff0000000000 c60000000000 PCREL        31:0<<1
            ff0000000000 c50000000000 PCREL
            ff0000000000 c70000000000 PCREL
            """;

    /** RISC-V unprivileged specification, chapters RV32I, C and Zicfilp. */
    static final String RISCV64 =
            """
            ffffffff 00000013 NOP
            ffffffff 00000001 NOP
            ffffffff 00000000 TRAP
            ffffffff 00100073 TRAP
            ffffffff c0001073 TRAP
            ffffffff 30200073 RETURN
            ffffffff 10200073 RETURN
            ffffffff 00008067 RETURN
            ffffffff 00028067 RETURN
            ffffffff 00008082 RETURN
            ffffffff 00008282 RETURN
            ffffffff 00009002 TRAP
            00000fff 00000017 PAD
            0000007f 00000017 PCREL
            00000fff 0000006f JUMP         31:31<<20,19:12<<12,20:20<<11,30:21<<1
            0000007f 0000006f CALL         31:31<<20,19:12<<12,20:20<<11,30:21<<1
            0000007f 00000063 CONDITIONAL  31:31<<12,7:7<<11,30:25<<5,11:8<<1
            00007fff 00000067 INDIRECT_JUMP
            0000707f 00000067 INDIRECT_CALL
            0000e003 0000a001 JUMP         12:12<<11,8:8<<10,10:9<<8,6:6<<7,7:7<<6,2:2<<5,11:11<<4,5:3<<1
            0000e003 0000c001 CONDITIONAL  12:12<<8,6:5<<6,2:2<<5,11:10<<3,4:3<<1
            0000e003 0000e001 CONDITIONAL  12:12<<8,6:5<<6,2:2<<5,11:10<<3,4:3<<1
            0000ffff 00008002 NEXT
            0000f07f 00008002 INDIRECT_JUMP
            0000f07f 00009002 INDIRECT_CALL
            """;

    /** LoongArch Reference Manual volume 1, chapter 2.2 and appendix B. */
    static final String LOONGARCH64 =
            """
            ffffffff 03400000 NOP
            ffff8000 002a0000 TRAP
            ffffffff 06483800 RETURN
            ffffffff 4c000020 RETURN
            fc00001f 4c000000 INDIRECT_JUMP
            fc000000 4c000000 INDIRECT_CALL
            fc000000 50000000 JUMP         9:0<<18,25:10<<2
            fc000000 54000000 CALL         9:0<<18,25:10<<2
            f8000000 40000000 CONDITIONAL  4:0<<18,25:10<<2
            fc000000 48000000 CONDITIONAL  4:0<<18,25:10<<2
            f8000000 58000000 CONDITIONAL  25:10<<2
            f0000000 60000000 CONDITIONAL  25:10<<2
            f8000000 18000000 PCREL
            """;

    private Branches() {}
}
