package suture.machine;

/**
 * Relocations of x86: System V ABI AMD64 supplement, table 4.9 and its TLS chapter, and the i386
 * supplement.
 */
final class X86Relocations {
    static final String X86_64 =
            """
             0 NONE             0 -   abs noop
             1 64               8 all abs DIRECT
             2 PC32             4 all pc  DIRECT
             3 GOT32            4 all abs GOT
             4 PLT32            4 all pc  PLT
             5 COPY             0 -   abs DYNAMIC
             6 GLOB_DAT         8 all abs DYNAMIC
             7 JUMP_SLOT        8 all abs DYNAMIC
             8 RELATIVE         8 all abs DYNAMIC
             9 GOTPCREL         4 all pc  GOT
            10 32               4 all abs DIRECT
            11 32S              4 all abs DIRECT
            12 16               2 all abs DIRECT
            13 PC16             2 all pc  DIRECT
            14 8                1 all abs DIRECT
            15 PC8              1 all pc  DIRECT
            16 DTPMOD64         8 all abs TLS
            17 DTPOFF64         8 all abs TLS
            18 TPOFF64          8 all abs TLS
            19 TLSGD            4 all pc  TLS
            20 TLSLD            4 all pc  TLS
            21 DTPOFF32         4 all abs TLS
            22 GOTTPOFF         4 all pc  TLS
            23 TPOFF32          4 all abs TLS
            24 PC64             8 all pc  DIRECT
            25 GOTOFF64         8 all abs BASE
            26 GOTPC32          4 all pc  GOT
            27 GOT64            8 all abs GOT
            28 GOTPCREL64       8 all pc  GOT
            29 GOTPC64          8 all pc  GOT
            30 GOTPLT64         8 all abs GOT
            31 PLTOFF64         8 all abs PLT
            32 SIZE32           4 all abs SIZE
            33 SIZE64           8 all abs SIZE
            34 GOTPC32_TLSDESC  4 all pc  TLS
            35 TLSDESC_CALL     0 -   abs noop
            36 TLSDESC          8 all abs DYNAMIC
            37 IRELATIVE        8 all abs DYNAMIC
            38 RELATIVE64       8 all abs DYNAMIC
            41 GOTPCRELX        4 all pc  GOT
            42 REX_GOTPCRELX    4 all pc  GOT
            43 CODE_4_GOTPCRELX        4 all pc  GOT
            44 CODE_4_GOTTPOFF         4 all pc  TLS
            45 CODE_4_GOTPC32_TLSDESC  4 all pc  TLS
            """;

    static final String I386 =
            """
             0 NONE           0 -   abs noop
             1 32             4 all abs DIRECT
             2 PC32           4 all pc  DIRECT
             3 GOT32          4 all abs GOT
             4 PLT32          4 all pc  PLT
             5 COPY           0 -   abs DYNAMIC
             6 GLOB_DAT       4 all abs DYNAMIC
             7 JMP_SLOT       4 all abs DYNAMIC
             8 RELATIVE       4 all abs DYNAMIC
             9 GOTOFF         4 all abs BASE
            10 GOTPC          4 all pc  GOT
            11 32PLT          4 all abs PLT
            14 TLS_TPOFF      4 all abs TLS
            15 TLS_IE         4 all abs TLS
            16 TLS_GOTIE      4 all abs TLS
            17 TLS_LE         4 all abs TLS
            18 TLS_GD         4 all abs TLS
            19 TLS_LDM        4 all abs TLS
            20 16             2 all abs DIRECT
            21 PC16           2 all pc  DIRECT
            22 8              1 all abs DIRECT
            23 PC8            1 all pc  DIRECT
            24 TLS_GD_32      4 all abs TLS
            25 TLS_GD_PUSH    0 -   abs noop
            26 TLS_GD_CALL    4 all pc  TLS
            27 TLS_GD_POP     0 -   abs noop
            28 TLS_LDM_32     4 all abs TLS
            29 TLS_LDM_PUSH   0 -   abs noop
            30 TLS_LDM_CALL   4 all pc  TLS
            31 TLS_LDM_POP    0 -   abs noop
            32 TLS_LDO_32     4 all abs TLS
            33 TLS_IE_32      4 all abs TLS
            34 TLS_LE_32      4 all abs TLS
            35 TLS_DTPMOD32   4 all abs TLS
            36 TLS_DTPOFF32   4 all abs TLS
            37 TLS_TPOFF32    4 all abs TLS
            38 SIZE32         4 all abs SIZE
            39 TLS_GOTDESC    4 all abs TLS
            40 TLS_DESC_CALL  0 -   abs noop
            41 TLS_DESC       8 all abs DYNAMIC
            42 IRELATIVE      4 all abs DYNAMIC
            43 GOT32X         4 all abs GOT
            """;

    private X86Relocations() {}
}
