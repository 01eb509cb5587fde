/**
 * Live patches of processes: what runs, the proof that a rebuilt object is it, and the payload.
 *
 * <p><b>Problem.</b> A patched object refers to things of the original one by name or by place; the
 * running program has only addresses, its linker has rewritten instructions, and the file may be
 * stripped.
 *
 * <p><b>Algorithm (run-pre matching).</b> The original source, compiled as the program was, gives
 * objects whose code must be in the image byte for byte, but for the fields of relocations. For
 * each section of code, the symbol table proposes places; a place holds if all bytes agree, and
 * then each relocation field says where the thing is that it refers to. A linker's relaxations
 * (x86-64 psABI, B.2: {@code mov} from the GOT to {@code lea}; TLS models) are undone first. Every
 * field that speaks of the same symbol must say the same. So the match yields, as by-product and
 * proof, the address of every function, variable, GOT slot and PLT entry that the object uses.
 *
 * <p>What the loader decides when the process begins, no file says: where thread-local storage of a
 * library is, which implementation a function chose (IFUNC), whose variable it is that two files
 * have. Patched code goes the way of the running code: through the same slot or stub.
 *
 * <p>The payload ({@link suture.target.process.ProcessPayload}) holds code, constants and new
 * state, with relocations against those addresses, for each replaced function the original bytes,
 * and call frame information of the new code.
 *
 * <p><b>Example.</b> {@code f: mov count(%rip),%eax; ret} with {@code static int count}: in the
 * image at 0x1139 the field says 0x2ed7, so {@code count} is at 0x1139 + 2 + 4 + 0x2ed7.
 */
@NullMarked
package suture.target.process;

import org.jspecify.annotations.NullMarked;
