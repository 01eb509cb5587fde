/**
 * Call frame information: from one frame of a stack to the one that called it.
 *
 * <p><b>Problem.</b> Which functions are active on a stack. Code without frame pointers does not
 * chain its frames, and a word on the stack that looks like a return address may be left over from
 * a call long ago. Compilers write down, for each instruction, where the caller's registers are.
 *
 * <p><b>Definitions.</b> The <i>CFA</i> of a frame is what the stack pointer was before the call. A
 * <i>row</i> says for one instruction how the CFA and the caller's registers are found; an
 * <i>entry</i> (FDE) is the program that makes the rows of one function, after the instructions
 * that it shares with others (CIE).
 *
 * <p><b>Algorithm.</b> {@link suture.dwarf.frame.FrameTable} finds the entry of an address, by the
 * linker's sorted table where there is one; {@link suture.dwarf.frame.FrameProgram} runs it up to
 * the instruction; {@link suture.dwarf.frame.CallerFrame} applies the row to registers and memory.
 * Nothing is guessed: what the information does not say, or says in a way that is not understood,
 * is a {@link suture.bytes.FormatException}, and a register that a call may change is unknown in
 * the caller. Everything is read on demand through {@link suture.dwarf.frame.FrameMemory}, so that
 * the memory of a process and the section of a file are the same, and every loop is bounded, since
 * the memory may say anything.
 *
 * <p><b>Example.</b> At {@code f+1}, behind {@code push %rbx}, the row is CFA = rsp + 16, rbx at
 * CFA - 16, return address at CFA - 8.
 *
 * <p>Sources: DWARF 5, 6.4 and 2.5; the Linux Standard Base, Core 5.0, chapter 10.6 for {@code
 * .eh_frame} and {@code .eh_frame_hdr}; System V psABI x86-64, 3.6.2 for its register numbers.
 */
@NullMarked
package suture.dwarf.frame;

import org.jspecify.annotations.NullMarked;
