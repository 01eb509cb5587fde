package suture.machine;

/**
 * The {@link AddressTable} of each machine whose compiler reaches several variables from one
 * address, from the manuals named at {@link Branches}. Rows that write a register that they do not
 * name would be wrong; rows that are missing only cost exactness.
 */
final class Addresses {
    /** First the rows of one instruction, then those of a whole class. */
    static final String AARCH64 =
            """
            9f000000 90000000 HIGH   t4:0
            9f000000 10000000 LABEL  t4:0 -23:5<<2,30:29<<0
            ffc00000 91000000 SUM    T4:0 a9:5 +21:10<<0
            ffc00000 91400000 SUM    T4:0 a9:5 +21:10<<12
            ffc00000 d1000000 SUM    T4:0 a9:5 ~21:10<<0
            ffc00000 d1400000 SUM    T4:0 a9:5 ~21:10<<12
            1f000000 11000000 OTHER  w4:0 r9:5
            7f800000 12800000 OTHER  w4:0
            7f800000 52800000 OTHER  w4:0
            1f800000 12800000 OTHER  m4:0 r4:0
            1f000000 12000000 OTHER  w4:0 r9:5
            7f800000 33000000 OTHER  m4:0 r4:0 r9:5
            ff80fc00 9300fc00 OTHER  w4:0 x9:5
            ff80fc00 d300fc00 OTHER  w4:0 x9:5
            1f800000 13000000 OTHER  w4:0 r9:5
            1f800000 13800000 OTHER  w4:0 r9:5 r20:16
            ffe0ffe0 aa0003e0 MOVE   t4:0 b20:16
            ffe0fc00 8b000000 INDEX  t4:0 b9:5 b20:16
            ff200000 8b000000 INDEX  t4:0 b9:5 r20:16
            ffe00000 8b200000 INDEX  T4:0 a9:5 r20:16
            ff200000 cb000000 LESS   t4:0 b9:5 r20:16
            ffe00000 cb200000 LESS   T4:0 a9:5 r20:16
            ffe00c00 9a800000 SELECT t4:0 r9:5 r20:16
            1fe00000 1a400000 OTHER  r9:5 r20:16
            1f000000 1b000000 OTHER  w4:0 r9:5 r20:16 r14:10
            1f000000 0a000000 OTHER  w4:0 x9:5 x20:16
            0e000000 0a000000 OTHER  w4:0 r9:5 r20:16
            fc000000 14000000 OTHER
            fc000000 94000000 OTHER
            ff000000 54000000 OTHER
            7e000000 34000000 OTHER  r4:0
            7e000000 36000000 OTHER  r4:0
            fe000000 d6000000 OTHER  r9:5
            ffe0001f d4000001 OTHER  r=0 r=1 r=2 r=3 r=4 r=5 r=8 w=0
            ff000000 d4000000 OTHER
            fffff000 d5032000 OTHER
            ff000000 d5000000 OTHER  r4:0 m4:0
            bf000000 18000000 OTHER  w4:0
            3f000000 1c000000 OTHER
            ffc00000 f9800000 ACCESS a9:5 +21:10<<3
            ffe00c00 f8800000 ACCESS a9:5 -20:12<<0
            ffe00c00 f8a00800 ACCESS a9:5 b20:16
            ffc00000 39000000 ACCESS r4:0 a9:5 +21:10<<0
            ff000000 39000000 ACCESS w4:0 a9:5 +21:10<<0
            ffc00000 79000000 ACCESS r4:0 a9:5 +21:10<<1
            ff000000 79000000 ACCESS w4:0 a9:5 +21:10<<1
            ffc00000 b9000000 ACCESS r4:0 a9:5 +21:10<<2
            ff000000 b9000000 ACCESS w4:0 a9:5 +21:10<<2
            ffc00000 f9000000 ACCESS s4:0 a9:5 +21:10<<3
            ffc00000 f9400000 ACCESS l4:0 a9:5 +21:10<<3
            ff800000 3d800000 ACCESS a9:5 +21:10<<4
            ff000000 3d000000 ACCESS a9:5 +21:10<<0
            ff000000 7d000000 ACCESS a9:5 +21:10<<1
            ff000000 bd000000 ACCESS a9:5 +21:10<<2
            ff000000 fd000000 ACCESS a9:5 +21:10<<3
            ffe00c00 f8000000 ACCESS s4:0 a9:5 -20:12<<0
            ffe00c00 f8400000 ACCESS l4:0 a9:5 -20:12<<0
            3fe00c00 38000000 ACCESS r4:0 a9:5 -20:12<<0
            3f200c00 38000000 ACCESS w4:0 a9:5 -20:12<<0
            3f200c00 3c000000 ACCESS a9:5 -20:12<<0
            3fe00c00 38200800 ACCESS r4:0 a9:5 b20:16
            3f200c00 38200800 ACCESS w4:0 a9:5 b20:16
            3f200c00 3c200800 ACCESS a9:5 b20:16
            3f200c00 38200000 ACCESS w4:0 r20:16 a9:5
            ffe00c00 f8000400 AFTER  s4:0 T9:5 a9:5 -20:12<<0
            ffe00c00 f8400400 AFTER  l4:0 T9:5 a9:5 -20:12<<0
            3fe00c00 38000400 AFTER  r4:0 T9:5 a9:5 -20:12<<0
            3f200c00 38000400 AFTER  w4:0 T9:5 a9:5 -20:12<<0
            3f200c00 3c000400 AFTER  T9:5 a9:5 -20:12<<0
            ffe00c00 f8000c00 BEFORE s4:0 T9:5 a9:5 -20:12<<0
            ffe00c00 f8400c00 BEFORE l4:0 T9:5 a9:5 -20:12<<0
            3fe00c00 38000c00 BEFORE r4:0 T9:5 a9:5 -20:12<<0
            3f200c00 38000c00 BEFORE w4:0 T9:5 a9:5 -20:12<<0
            3f200c00 3c000c00 BEFORE T9:5 a9:5 -20:12<<0
            ffc00000 29000000 ACCESS r4:0 r14:10 a9:5 -21:15<<2
            bfc00000 29400000 ACCESS w4:0 w14:10 a9:5 -21:15<<2
            ffc00000 a9000000 ACCESS s4:0 s14:10 a9:5 -21:15<<3
            ffc00000 a9400000 ACCESS l4:0 l14:10 a9:5 -21:15<<3
            ffc00000 28800000 AFTER  r4:0 r14:10 T9:5 a9:5 -21:15<<2
            ffc00000 29800000 BEFORE r4:0 r14:10 T9:5 a9:5 -21:15<<2
            bfc00000 28c00000 AFTER  w4:0 w14:10 T9:5 a9:5 -21:15<<2
            bfc00000 29c00000 BEFORE w4:0 w14:10 T9:5 a9:5 -21:15<<2
            ffc00000 a8800000 AFTER  s4:0 s14:10 T9:5 a9:5 -21:15<<3
            ffc00000 a9800000 BEFORE s4:0 s14:10 T9:5 a9:5 -21:15<<3
            ffc00000 a8c00000 AFTER  l4:0 l14:10 T9:5 a9:5 -21:15<<3
            ffc00000 a9c00000 BEFORE l4:0 l14:10 T9:5 a9:5 -21:15<<3
            ff800000 2d000000 ACCESS a9:5 -21:15<<2
            ff800000 6d000000 ACCESS a9:5 -21:15<<3
            ff800000 ad000000 ACCESS a9:5 -21:15<<4
            ff800000 2c800000 AFTER  T9:5 a9:5 -21:15<<2
            ff800000 6c800000 AFTER  T9:5 a9:5 -21:15<<3
            ff800000 ac800000 AFTER  T9:5 a9:5 -21:15<<4
            ff800000 2d800000 BEFORE T9:5 a9:5 -21:15<<2
            ff800000 6d800000 BEFORE T9:5 a9:5 -21:15<<3
            ff800000 ad800000 BEFORE T9:5 a9:5 -21:15<<4
            bfbf0000 0c000000 ACCESS a9:5
            bf9f0000 0d000000 ACCESS a9:5
            bf800000 0c800000 AFTER  r20:16 T9:5 a9:5
            bf800000 0d800000 AFTER  r20:16 T9:5 a9:5
            3f000000 08000000 ACCESS a9:5 r4:0 r14:10 r20:16 m4:0 m14:10 m20:16
            7f20fc00 1e200000 OTHER  r9:5 m4:0
            7f200000 1e000000 OTHER  r9:5 m4:0
            9fe08400 0e000400 OTHER  r9:5 m4:0
            0e000000 0e000000 OTHER
            """;

    static final String RISCV64 =
            """
            0000007f 00000017 HIGH   t11:7
            0000707f 00000013 SUM    t11:7 b19:15 -31:20<<0
            fe00707f 00000033 INDEX  t11:7 b19:15 b24:20
            fe00707f 40000033 LESS   t11:7 b19:15 r24:20
            0000707f 00003003 ACCESS l11:7 b19:15 -31:20<<0
            0000007f 00000003 ACCESS w11:7 b19:15 -31:20<<0
            0000007f 00000007 ACCESS b19:15 -31:20<<0
            0000707f 00003023 ACCESS s24:20 b19:15 -31:25<<5,11:7<<0
            0000007f 00000023 ACCESS r24:20 b19:15 -31:25<<5,11:7<<0
            0000007f 00000027 ACCESS b19:15 -31:25<<5,11:7<<0
            0000007f 00000037 OTHER  w11:7
            0000707f 00005013 OTHER  w11:7 x19:15
            0000707f 00004013 OTHER  w11:7 x19:15
            0000007f 00000013 OTHER  w11:7 r19:15
            0000007f 0000001b OTHER  w11:7 r19:15
            fe00707f 00004033 OTHER  w11:7 x19:15 x24:20
            fe00607f 00006033 OTHER  w11:7 x19:15 x24:20
            fe00607f 00002033 OTHER  w11:7 x19:15 x24:20
            0000007f 00000033 OTHER  w11:7 r19:15 r24:20
            0000007f 0000003b OTHER  w11:7 r19:15 r24:20
            0000007f 00000063 OTHER  r19:15 r24:20
            0000007f 0000006f OTHER  w11:7
            0000007f 00000067 OTHER  w11:7 r19:15
            0000007f 0000002f ACCESS w11:7 b19:15 r24:20
            fc00007f d0000053 OTHER  r19:15
            fc00007f f0000053 OTHER  r19:15
            0000007f 00000053 OTHER  m11:7
            00000073 00000043 OTHER
            0000007f 0000000f OTHER
            0000e003 00004000 ACCESS w4:2' b9:7' +5:5<<6,12:10<<3,6:6<<2
            0000e003 00006000 ACCESS l4:2' b9:7' +6:5<<6,12:10<<3
            0000e003 00002000 ACCESS b9:7' +6:5<<6,12:10<<3
            0000e003 0000c000 ACCESS r4:2' b9:7' +5:5<<6,12:10<<3,6:6<<2
            0000e003 0000e000 ACCESS s4:2' b9:7' +6:5<<6,12:10<<3
            0000e003 0000a000 ACCESS b9:7' +6:5<<6,12:10<<3
            0000ffff 00000000 OTHER
            0000e003 00000000 SUM    t4:2' b=2 +10:7<<6,12:11<<4,5:5<<3,6:6<<2
            0000e003 00000001 SUM    t11:7 b11:7 -12:12<<5,6:2<<0
            0000e003 00002001 OTHER  w11:7 r11:7
            0000e003 00004001 OTHER  w11:7
            0000ef83 00006101 SUM    t11:7 b11:7 -12:12<<9,4:3<<7,5:5<<6,2:2<<5,6:6<<4
            0000e003 00006001 OTHER  w11:7
            0000fc63 00008c01 LESS   t9:7' b9:7' r4:2'
            0000fc63 00008c21 OTHER  w9:7' x9:7' x4:2'
            0000ec03 00008c01 OTHER  w9:7' r9:7' r4:2'
            0000e803 00008001 OTHER  w9:7' x9:7'
            0000e003 00008001 OTHER  w9:7' r9:7'
            0000e003 0000a001 OTHER
            0000e003 0000c001 OTHER  r9:7'
            0000e003 0000e001 OTHER  r9:7'
            0000e003 00000002 OTHER  w11:7 r11:7
            0000e003 00002002 ACCESS b=2 +4:2<<6,12:12<<5,6:5<<3
            0000e003 00004002 ACCESS w11:7 b=2 +3:2<<6,12:12<<5,6:4<<2
            0000e003 00006002 ACCESS l11:7 b=2 +4:2<<6,12:12<<5,6:5<<3
            0000ffff 00009002 OTHER
            0000f07f 00008002 OTHER  r11:7
            0000f003 00008002 MOVE   t11:7 b6:2
            0000f07f 00009002 OTHER  r11:7 w=1
            0000f003 00009002 INDEX  t11:7 b11:7 b6:2
            0000e003 0000a002 ACCESS b=2 +9:7<<6,12:10<<3
            0000e003 0000c002 ACCESS r6:2 b=2 +8:7<<6,12:9<<2
            0000e003 0000e002 ACCESS s6:2 b=2 +9:7<<6,12:10<<3
            """;

    static final String PPC64 =
            """
            fc000000 3c000000 HIGH   t25:21 a20:16 -15:0<<16
            fc000000 38000000 SUM    t25:21 a20:16 -15:0<<0
            fc0007fe 7c000214 INDEX  t25:21 b20:16 b15:11
            fc0007fe 7c000050 LESS   t25:21 b15:11 r20:16
            fc00003e 7c00001e SELECT t25:21 r20:16 r15:11
            fc000000 80000000 ACCESS w25:21 a20:16 -15:0<<0
            fc000000 84000000 BEFORE w25:21 t20:16 b20:16 -15:0<<0
            fc000000 88000000 ACCESS w25:21 a20:16 -15:0<<0
            fc000000 8c000000 BEFORE w25:21 t20:16 b20:16 -15:0<<0
            fc000000 a0000000 ACCESS w25:21 a20:16 -15:0<<0
            fc000000 a4000000 BEFORE w25:21 t20:16 b20:16 -15:0<<0
            fc000000 a8000000 ACCESS w25:21 a20:16 -15:0<<0
            fc000000 ac000000 BEFORE w25:21 t20:16 b20:16 -15:0<<0
            fc000000 90000000 ACCESS r25:21 a20:16 -15:0<<0
            fc000000 94000000 BEFORE r25:21 t20:16 b20:16 -15:0<<0
            fc000000 98000000 ACCESS r25:21 a20:16 -15:0<<0
            fc000000 9c000000 BEFORE r25:21 t20:16 b20:16 -15:0<<0
            fc000000 b0000000 ACCESS r25:21 a20:16 -15:0<<0
            fc000000 b4000000 BEFORE r25:21 t20:16 b20:16 -15:0<<0
            fc000003 e8000000 ACCESS l25:21 a20:16 -15:2<<2
            fc000003 e8000001 BEFORE l25:21 t20:16 b20:16 -15:2<<2
            fc000003 e8000002 ACCESS w25:21 a20:16 -15:2<<2
            fc000003 f8000000 ACCESS s25:21 a20:16 -15:2<<2
            fc000003 f8000001 BEFORE s25:21 t20:16 b20:16 -15:2<<2
            fc000000 c0000000 ACCESS a20:16 -15:0<<0
            fc000000 c4000000 BEFORE t20:16 b20:16 -15:0<<0
            fc000000 c8000000 ACCESS a20:16 -15:0<<0
            fc000000 cc000000 BEFORE t20:16 b20:16 -15:0<<0
            fc000000 d0000000 ACCESS a20:16 -15:0<<0
            fc000000 d4000000 BEFORE t20:16 b20:16 -15:0<<0
            fc000000 d8000000 ACCESS a20:16 -15:0<<0
            fc000000 dc000000 BEFORE t20:16 b20:16 -15:0<<0
            fc0007fe 7c00002a ACCESS l25:21 a20:16 b15:11
            fc0007fe 7c00006a BEFORE l25:21 t20:16 b20:16 b15:11
            fc0007fe 7c00002e ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c00006e BEFORE w25:21 t20:16 b20:16 b15:11
            fc0007fe 7c0000ae ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c0000ee BEFORE w25:21 t20:16 b20:16 b15:11
            fc0007fe 7c00022e ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c00026e BEFORE w25:21 t20:16 b20:16 b15:11
            fc0007fe 7c0002ae ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c0002ee BEFORE w25:21 t20:16 b20:16 b15:11
            fc0007fe 7c0002aa ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c0002ea BEFORE w25:21 t20:16 b20:16 b15:11
            fc0007fe 7c00012a ACCESS s25:21 a20:16 b15:11
            fc0007fe 7c00016a BEFORE s25:21 t20:16 b20:16 b15:11
            fc0007fe 7c00012e ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c00016e BEFORE r25:21 t20:16 b20:16 b15:11
            fc0007fe 7c0001ae ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c0001ee BEFORE r25:21 t20:16 b20:16 b15:11
            fc0007fe 7c00032e ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c00036e BEFORE r25:21 t20:16 b20:16 b15:11
            fc0007fe 7c000428 ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c00042c ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c00062c ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c000528 ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c00052c ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c00072c ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c0000a8 ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c000028 ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c000068 ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c0000e8 ACCESS w25:21 a20:16 b15:11
            fc0007fe 7c0001ac ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c00012c ACCESS r25:21 a20:16 b15:11
            fc0007fe 7c00042e ACCESS a20:16 b15:11
            fc0007fe 7c0004ae ACCESS a20:16 b15:11
            fc0007fe 7c00052e ACCESS a20:16 b15:11
            fc0007fe 7c0005ae ACCESS a20:16 b15:11
            fc0007fe 7c000698 ACCESS a20:16 b15:11
            fc0007fe 7c000798 ACCESS a20:16 b15:11
            fc0007fe 7c0000ce ACCESS a20:16 b15:11
            fc0007fe 7c0001ce ACCESS a20:16 b15:11
            fc0007fe 7c000498 ACCESS a20:16 b15:11
            fc0007fe 7c000598 ACCESS a20:16 b15:11
            fc0007fe 7c000298 ACCESS a20:16 b15:11
            fc0007fe 7c0006ae ACCESS a20:16 b15:11
            fc0007fe 7c0006ee ACCESS a20:16 b15:11
            fc0007fe 7c0007ae ACCESS a20:16 b15:11
            fc0007fe 7c000618 ACCESS a20:16 b15:11
            fc0007fe 7c000718 ACCESS a20:16 b15:11
            fc0007fe 7c000378 MOVE   t20:16 b25:21 b15:11
            fc0007fe 7c000000 OTHER  r20:16 r15:11
            fc0007fe 7c000040 OTHER  r20:16 r15:11
            fc0007fe 7c0003a6 OTHER  r25:21
            fc0007fe 7c0002a6 OTHER  w25:21
            fc0007fe 7c000278 OTHER  w20:16 x25:21 x15:11
            fc0007fe 7c000674 OTHER  w20:16 x25:21
            fc0007fe 7c000676 OTHER  w20:16 x25:21
            fc0007fe 7c0007b4 OTHER  w20:16 r25:21
            fc000000 7c000000 OTHER  r25:21 r20:16 r15:11 m25:21 m20:16
            fc000000 28000000 OTHER  r20:16
            fc000000 2c000000 OTHER  r20:16
            fc000000 20000000 OTHER  w25:21 r20:16
            fc000000 1c000000 OTHER  w25:21 r20:16
            fc000000 30000000 OTHER  w25:21 r20:16
            fc000000 34000000 OTHER  w25:21 r20:16
            ffffffff 60000000 OTHER
            fc000000 60000000 OTHER  w20:16 r25:21
            fc000000 64000000 OTHER  w20:16 r25:21
            fc000000 68000000 OTHER  w20:16 r25:21
            fc000000 6c000000 OTHER  w20:16 r25:21
            fc000000 70000000 OTHER  w20:16 r25:21
            fc000000 74000000 OTHER  w20:16 r25:21
            fc000000 54000000 OTHER  w20:16 r25:21
            fc000000 50000000 OTHER  w20:16 r20:16 r25:21
            fc000000 5c000000 OTHER  w20:16 r25:21 r15:11
            fc00001c 7800000c OTHER  w20:16 r20:16 r25:21
            fc00001c 78000010 OTHER  w20:16 r25:21 r15:11
            fc00f81e 78000000 OTHER  w20:16 r25:21
            fc00001c 78000000 OTHER  w20:16 x25:21
            fc000000 78000000 OTHER  w20:16 r25:21
            fc000000 48000000 OTHER
            fc000000 40000000 OTHER
            fc000000 4c000000 OTHER
            fc00003c 10000030 OTHER  w25:21 r20:16 r15:11 r10:6
            fc000000 10000000 OTHER  m25:21
            fc000000 ec000000 OTHER
            fc000000 fc000000 OTHER
            fc000000 f0000000 OTHER
            80000000 80000000 OTHER  r25:21 r20:16 m25:21 m20:16
            """;

    private Addresses() {}
}
