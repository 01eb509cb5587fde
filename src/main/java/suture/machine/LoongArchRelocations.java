package suture.machine;

/** Relocations of LOONGARCH64: ELF for the LoongArch Architecture (laelf), chapter Relocations. */
final class LoongArchRelocations {
    static final String LOONGARCH64 =
            """
               0 NONE                       0 -                abs noop
               1 32                         4 all              abs DIRECT
               2 64                         8 all              abs DIRECT
               3 RELATIVE                   8 all              abs DYNAMIC
               4 COPY                       8 all              abs DYNAMIC
               5 JUMP_SLOT                  8 all              abs DYNAMIC
               6 TLS_DTPMOD32               8 all              abs DYNAMIC
               7 TLS_DTPMOD64               8 all              abs DYNAMIC
               8 TLS_DTPREL32               8 all              abs DYNAMIC
               9 TLS_DTPREL64               8 all              abs DYNAMIC
              10 TLS_TPREL32                8 all              abs DYNAMIC
              11 TLS_TPREL64                8 all              abs DYNAMIC
              12 IRELATIVE                  8 all              abs DYNAMIC
              20 MARK_LA                    0 -                abs noop
              21 MARK_PCREL                 0 -                abs noop
              22 SOP_PUSH_PCREL             0 -                pc  ARITHMETIC
              23 SOP_PUSH_ABSOLUTE          0 -                abs ARITHMETIC
              24 SOP_PUSH_DUP               0 -                abs ARITHMETIC
              25 SOP_PUSH_GPREL             0 -                abs ARITHMETIC
              26 SOP_PUSH_TLS_TPREL         0 -                abs ARITHMETIC
              27 SOP_PUSH_TLS_GOT           0 -                abs ARITHMETIC
              28 SOP_PUSH_TLS_GD            0 -                abs ARITHMETIC
              29 SOP_PUSH_PLT_PCREL         0 -                pc  ARITHMETIC
              30 SOP_ASSERT                 0 -                abs ARITHMETIC
              31 SOP_NOT                    0 -                abs ARITHMETIC
              32 SOP_SUB                    0 -                abs ARITHMETIC
              33 SOP_SL                     0 -                abs ARITHMETIC
              34 SOP_SR                     0 -                abs ARITHMETIC
              35 SOP_ADD                    0 -                abs ARITHMETIC
              36 SOP_AND                    0 -                abs ARITHMETIC
              37 SOP_IF_ELSE                0 -                abs ARITHMETIC
              38 SOP_POP_32_S_10_5          4 00007c00         abs ARITHMETIC
              39 SOP_POP_32_U_10_12         4 003ffc00         abs ARITHMETIC
              40 SOP_POP_32_S_10_12         4 003ffc00         abs ARITHMETIC
              41 SOP_POP_32_S_10_16         4 03fffc00         abs ARITHMETIC
              42 SOP_POP_32_S_10_16_S2      4 03fffc00         abs ARITHMETIC
              43 SOP_POP_32_S_5_20          4 01ffffe0         abs ARITHMETIC
              44 SOP_POP_32_S_0_5_10_16_S2  4 03fffc1f         abs ARITHMETIC
              45 SOP_POP_32_S_0_10_10_16_S2 4 03ffffff         abs ARITHMETIC
              46 SOP_POP_32_U               4 all              abs ARITHMETIC
              47 ADD8                       1 all              abs ARITHMETIC
              48 ADD16                      2 all              abs ARITHMETIC
              49 ADD24                      3 all              abs ARITHMETIC
              50 ADD32                      4 all              abs ARITHMETIC
              51 ADD64                      8 all              abs ARITHMETIC
              52 SUB8                       1 all              abs ARITHMETIC
              53 SUB16                      2 all              abs ARITHMETIC
              54 SUB24                      3 all              abs ARITHMETIC
              55 SUB32                      4 all              abs ARITHMETIC
              56 SUB64                      8 all              abs ARITHMETIC
              57 GNU_VTINHERIT              0 -                abs noop
              58 GNU_VTENTRY                0 -                abs noop
              64 B16                        4 03fffc00         pc  DIRECT
              65 B21                        4 03fffc1f         pc  DIRECT
              66 B26                        4 03ffffff         pc  PLT
              67 ABS_HI20                   4 01ffffe0         abs DIRECT
              68 ABS_LO12                   4 003ffc00         abs DIRECT
              69 ABS64_LO20                 4 01ffffe0         abs DIRECT
              70 ABS64_HI12                 4 003ffc00         abs DIRECT
              71 PCALA_HI20                 4 01ffffe0         pc  DIRECT
              72 PCALA_LO12                 4 003ffc00         abs DIRECT
              73 PCALA64_LO20               4 01ffffe0         abs DIRECT
              74 PCALA64_HI12               4 003ffc00         abs DIRECT
              75 GOT_PC_HI20                4 01ffffe0         pc  GOT
              76 GOT_PC_LO12                4 003ffc00         abs GOT
              77 GOT64_PC_LO20              4 01ffffe0         abs GOT
              78 GOT64_PC_HI12              4 003ffc00         abs GOT
              79 GOT_HI20                   4 01ffffe0         abs GOT
              80 GOT_LO12                   4 003ffc00         abs GOT
              81 GOT64_LO20                 4 01ffffe0         abs GOT
              82 GOT64_HI12                 4 003ffc00         abs GOT
              83 TLS_LE_HI20                4 01ffffe0         abs TLS
              84 TLS_LE_LO12                4 003ffc00         abs TLS
              85 TLS_LE64_LO20              4 01ffffe0         abs TLS
              86 TLS_LE64_HI12              4 003ffc00         abs TLS
              87 TLS_IE_PC_HI20             4 01ffffe0         pc  TLS
              88 TLS_IE_PC_LO12             4 003ffc00         abs TLS
              89 TLS_IE64_PC_LO20           4 01ffffe0         abs TLS
              90 TLS_IE64_PC_HI12           4 003ffc00         abs TLS
              91 TLS_IE_HI20                4 01ffffe0         abs TLS
              92 TLS_IE_LO12                4 003ffc00         abs TLS
              93 TLS_IE64_LO20              4 01ffffe0         abs TLS
              94 TLS_IE64_HI12              4 003ffc00         abs TLS
              95 TLS_LD_PC_HI20             4 01ffffe0         pc  TLS
              96 TLS_LD_HI20                4 01ffffe0         abs TLS
              97 TLS_GD_PC_HI20             4 01ffffe0         pc  TLS
              98 TLS_GD_HI20                4 01ffffe0         abs TLS
              99 32_PCREL                   4 all              pc  DIRECT
             100 RELAX                      0 -                abs noop
             102 ALIGN                      0 -                abs noop
             103 PCREL20_S2                 4 01ffffe0         pc  DIRECT
             105 ADD6                       1 3f               abs ARITHMETIC
             106 SUB6                       1 3f               abs ARITHMETIC
             107 ADD_ULEB128                u -                abs ARITHMETIC
             108 SUB_ULEB128                u -                abs ARITHMETIC
             109 64_PCREL                   8 all              pc  DIRECT
             110 CALL36                     8 01ffffe003fffc00 pc  PLT
            """;

    private LoongArchRelocations() {}
}
