package suture.machine;

/** Relocations of RISCV64: RISC-V ELF psABI, chapter 8.4. */
final class RiscvRelocations {
    static final String RISCV64 =
            """
               0 NONE              0 -                abs noop
               1 32                4 all              abs DIRECT
               2 64                8 all              abs DIRECT
               3 RELATIVE          8 all              abs DYNAMIC
               4 COPY              8 all              abs DYNAMIC
               5 JUMP_SLOT         8 all              abs DYNAMIC
               6 TLS_DTPMOD32      8 all              abs DYNAMIC
               7 TLS_DTPMOD64      8 all              abs DYNAMIC
               8 TLS_DTPREL32      8 all              abs DYNAMIC
               9 TLS_DTPREL64      8 all              abs DYNAMIC
              10 TLS_TPREL32       8 all              abs DYNAMIC
              11 TLS_TPREL64       8 all              abs DYNAMIC
              16 BRANCH            4 fe000f80         pc  DIRECT
              17 JAL               4 fffff000         pc  DIRECT
              18 CALL              8 fffff000fff00000 pc  DIRECT
              19 CALL_PLT          8 fffff000fff00000 pc  PLT
              20 GOT_HI20          4 fffff000         pc  GOT
              21 TLS_GOT_HI20      4 fffff000         pc  TLS
              22 TLS_GD_HI20       4 fffff000         pc  TLS
              23 PCREL_HI20        4 fffff000         pc  DIRECT
              24 PCREL_LO12_I      4 fff00000         abs DIRECT
              25 PCREL_LO12_S      4 fe000f80         abs DIRECT
              26 HI20              4 fffff000         abs DIRECT
              27 LO12_I            4 fff00000         abs DIRECT
              28 LO12_S            4 fe000f80         abs DIRECT
              29 TPREL_HI20        4 fffff000         abs TLS
              30 TPREL_LO12_I      4 fff00000         abs TLS
              31 TPREL_LO12_S      4 fe000f80         abs TLS
              32 TPREL_ADD         0 -                abs noop
              33 ADD8              1 all              abs ARITHMETIC
              34 ADD16             2 all              abs ARITHMETIC
              35 ADD32             4 all              abs ARITHMETIC
              36 ADD64             8 all              abs ARITHMETIC
              37 SUB8              1 all              abs ARITHMETIC
              38 SUB16             2 all              abs ARITHMETIC
              39 SUB32             4 all              abs ARITHMETIC
              40 SUB64             8 all              abs ARITHMETIC
              41 GNU_VTINHERIT     0 -                abs noop
              42 GNU_VTENTRY       0 -                abs noop
              43 ALIGN             0 -                abs noop
              44 RVC_BRANCH        2 1c7c             pc  DIRECT
              45 RVC_JUMP          2 1ffc             pc  DIRECT
              46 RVC_LUI           2 107c             abs DIRECT
              47 GPREL_I           4 fff00000         abs BASE
              48 GPREL_S           4 fe000f80         abs BASE
              49 TPREL_I           4 fff00000         abs TLS
              50 TPREL_S           4 fe000f80         abs TLS
              51 RELAX             0 -                abs noop
              52 SUB6              1 3f               abs ARITHMETIC
              53 SET6              1 3f               abs ARITHMETIC
              54 SET8              1 all              abs ARITHMETIC
              55 SET16             2 all              abs ARITHMETIC
              56 SET32             4 all              abs ARITHMETIC
              57 32_PCREL          4 all              pc  DIRECT
              58 IRELATIVE         8 all              abs DYNAMIC
              59 PLT32             4 all              pc  PLT
              60 SET_ULEB128       u -                abs ARITHMETIC
              61 SUB_ULEB128       u -                abs ARITHMETIC
              62 TLSDESC_HI20      4 fffff000         pc  TLS
              63 TLSDESC_LOAD_LO12 4 fff00000         abs TLS
              64 TLSDESC_ADD_LO12  4 fff00000         abs TLS
              65 TLSDESC_CALL      0 -                abs noop
            """;

    private RiscvRelocations() {}
}
