/* Entry of a trial's guest, and the notes by which Xen's domain builder takes it for a control domain
 * (xen/include/public/elfnote.h). It is linked to where it runs: virtual address = physical + 0xffffffff80000000. */

	.section .text.entry, "ax"
	.globl _start
_start:
	cld
	lea	stack_end(%rip), %rsp
	mov	%rsi, %rdi
	call	guest
	ud2

	.bss
	.balign 16
	.space 32768
stack_end:

	.macro NOTE type, content:vararg
	.section .note.Xen, "a", @note
	.balign 4
	.long 4, 2f - 1f, \type
	.asciz "Xen"
1:	\content
2:	.balign 4
	.endm

	NOTE 1, .quad _start			/* ENTRY */
	NOTE 3, .quad 0xffffffff80000000	/* VIRT_BASE */
	NOTE 4, .quad 0xffffffff80000000	/* PADDR_OFFSET */
	NOTE 5, .asciz "xen-3.0"		/* XEN_VERSION */
	NOTE 6, .asciz "suture-trial"		/* GUEST_OS */
	NOTE 8, .asciz "generic"		/* LOADER */
	NOTE 9, .asciz "yes"			/* PAE_MODE */
	NOTE 17, .long 1 << 11			/* SUPPORTED_FEATURES: XENFEAT_dom0 */

	.section .note.GNU-stack, "", @progbits
