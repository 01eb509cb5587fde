# Assembler source of one object as large as a kernel's: `functions` functions in sections of their own, in
# files of 40, with loops, calls, strings in one shared section, variables, a bug entry and an alternative
# for each eighth, jump labels. `changed` functions have another constant.
BEGIN {
    for (i = 0; i < functions; i++) {
        if (i % 40 == 0) printf ".file \"unit%d.c\"\n", i / 40
        scope = (i % 3 == 0) ? "" : ".globl f" i "\n"
        printf "%s.section .text.f%d,\"ax\",@progbits\n.type f%d,@function\nf%d:\n", scope, i, i, i
        printf " push %%rbp\n mov %%rsp,%%rbp\n push %%rbx\n mov %%edi,%%ebx\n cmp $%d,%%edi\n jle 1f\n", i % 1000
        for (k = 0; k < 6; k++) {
            printf " mov v%d(%%rip),%%eax\n add $%d,%%eax\n mov $.LS%d_%d,%%rdi\n mov %%ebx,%%esi\n call f%d\n test %%eax,%%eax\n jne 2f\n", (i + k) % functions, k + (i < changed ? 3 : 2), i, k % 2, (i * 7 + k * 31 + 1) % functions
        }
        printf "1: lea 4(%%rax,%%rbx,8),%%ecx\n cmp %%ecx,%%ebx\n jb 1b\n"
        printf "2: pop %%rbx\n pop %%rbp\n ret\n"
        if (i % 8 == 0) printf "3: ud2\n.pushsection __bug_table,\"aw\"\n.long 3b-.,.LS%d_0-.\n.short %d,1\n.popsection\n", i, i % 60000
        if (i % 8 == 1) printf "3: nop\n nop\n nop\n.pushsection .altinstructions,\"a\"\n.long 3b-.,4f-.\n.short %d\n.byte 3,3\n.popsection\n.pushsection .altinstr_replacement,\"ax\"\n4: lfence\n.popsection\n", i % 300
        if (i % 8 == 2) printf "3: nopl 0(%%rax,%%rax,1)\n.pushsection __jump_table,\"aw\"\n.long 3b-.,2b-.\n.quad v%d-.\n.popsection\n", (i * 3) % functions
        printf ".size f%d,.-f%d\n", i, i
        printf ".section .rodata.str1.1,\"aMS\",@progbits,1\n.LS%d_0: .string \"unit %d: something went wrong\"\n.LS%d_1: .string \"value %d of a message that is somewhat longer\"\n", i, i, i, i
        printf ".section .data.v%d,\"aw\"\n.type v%d,@object\n.size v%d,16\nv%d: .quad %d,f%d\n", i, i, i, i, i, i
    }
}
