package suture.machine;

/** Relocations of S390X: ELF Application Binary Interface s390x Supplement, chapter 2.4. */
final class S390xRelocations {
    static final String S390X =
            """
               0 NONE        0 -                abs noop
               1 8           1 all              abs DIRECT
               2 12          2 0fff             abs DIRECT
               3 16          2 all              abs DIRECT
               4 32          4 all              abs DIRECT
               5 PC32        4 all              pc  DIRECT
               6 GOT12       2 0fff             abs GOT
               7 GOT32       4 all              abs GOT
               8 PLT32       4 all              pc  PLT
               9 COPY        8 all              abs DYNAMIC
              10 GLOB_DAT    8 all              abs DYNAMIC
              11 JMP_SLOT    8 all              abs DYNAMIC
              12 RELATIVE    8 all              abs DYNAMIC
              13 GOTOFF32    4 all              abs BASE
              14 GOTPC       4 all              pc  GOT
              15 GOT16       2 all              abs GOT
              16 PC16        2 all              pc  DIRECT
              17 PC16DBL     2 all              pc  DIRECT
              18 PLT16DBL    2 all              pc  PLT
              19 PC32DBL     4 all              pc  DIRECT
              20 PLT32DBL    4 all              pc  PLT
              21 GOTPCDBL    4 all              pc  GOT
              22 64          8 all              abs DIRECT
              23 PC64        8 all              pc  DIRECT
              24 GOT64       8 all              abs GOT
              25 PLT64       8 all              pc  PLT
              26 GOTENT      4 all              pc  GOT
              27 GOTOFF16    2 all              abs BASE
              28 GOTOFF64    8 all              abs BASE
              29 GOTPLT12    2 0fff             abs GOT
              30 GOTPLT16    2 all              abs GOT
              31 GOTPLT32    4 all              abs GOT
              32 GOTPLT64    8 all              abs GOT
              33 GOTPLTENT   4 all              pc  GOT
              34 PLTOFF16    2 all              abs BASE
              35 PLTOFF32    4 all              abs BASE
              36 PLTOFF64    8 all              abs BASE
              37 TLS_LOAD    0 -                abs noop
              38 TLS_GDCALL  0 -                abs noop
              39 TLS_LDCALL  0 -                abs noop
              40 TLS_GD32    4 all              abs TLS
              41 TLS_GD64    8 all              abs TLS
              42 TLS_GOTIE12 2 0fff             abs TLS
              43 TLS_GOTIE32 4 all              abs TLS
              44 TLS_GOTIE64 8 all              abs TLS
              45 TLS_LDM32   4 all              abs TLS
              46 TLS_LDM64   8 all              abs TLS
              47 TLS_IE32    4 all              abs TLS
              48 TLS_IE64    8 all              abs TLS
              49 TLS_IEENT   4 all              pc  TLS
              50 TLS_LE32    4 all              abs TLS
              51 TLS_LE64    8 all              abs TLS
              52 TLS_LDO32   4 all              abs TLS
              53 TLS_LDO64   8 all              abs TLS
              54 TLS_DTPMOD  8 all              abs DYNAMIC
              55 TLS_DTPOFF  8 all              abs DYNAMIC
              56 TLS_TPOFF   8 all              abs DYNAMIC
              57 20          4 0fffff00         abs DIRECT
              58 GOT20       4 0fffff00         abs GOT
              59 GOTPLT20    4 0fffff00         abs GOT
              60 TLS_GOTIE20 4 0fffff00         abs TLS
              61 IRELATIVE   8 all              abs DYNAMIC
              62 PC12DBL     2 0fff             pc  DIRECT
              63 PLT12DBL    2 0fff             pc  PLT
              64 PC24DBL     4 00ffffff         pc  DIRECT
              65 PLT24DBL    4 00ffffff         pc  PLT
            """;

    private S390xRelocations() {}
}
