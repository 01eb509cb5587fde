/**
 * A livepatch module that somebody wrote by hand becomes loadable.
 *
 * <p><b>Problem.</b> A module that is written against the kernel's API ({@code klp_enable_patch})
 * and built by Kbuild refers to functions and data that the kernel does not export. Kbuild leaves
 * these references undefined (with {@code KBUILD_MODPOST_WARN=1}), and the module loader refuses
 * them.
 *
 * <p><b>Definitions.</b> The <i>target</i> ({@link suture.target.linux.convert.Target}) is what
 * will run: symbol tables of the kernel and of modules. A <i>choice</i> ({@link
 * suture.target.linux.convert.Choice}) is what the author said about a symbol, in one of two ways:
 *
 * <pre>
 *   KLP_MODULE_RELOC(OBJECT) name[] = { KLP_SYMPOS(SYMBOL, POSITION), };
 *       section .klp.module_relocs.OBJECT of { void *symbol; unsigned int position; }: klp-convert
 *   extern ... SYMBOL KLP_RELOC_SYMBOL(PATCHED, OBJECT, SYMBOL, POSITION);
 *       symbol .klp.sym.rela.PATCHED.OBJECT.SYMBOL,POSITION: "klp-convert, minimal version"
 * </pre>
 *
 * <p><b>Algorithm.</b> 1. {@link suture.target.linux.convert.PatchTable} reads which functions of
 * which objects the module replaces. 2. {@link suture.target.linux.convert.Decider} decides on each
 * undefined symbol: what is exported stays, what the target has once becomes a livepatch symbol,
 * what it has several times needs a choice. 3. {@link suture.target.linux.convert.Overlooked} looks
 * for other forms of the replaced functions. 4. {@link suture.target.linux.convert.Rewriter} moves
 * the relocations.
 *
 * <p><b>Example.</b> {@code .rela.text} refers to the undefined {@code saved_command_line}; the
 * kernel has it once and does not export it: the relocation moves to {@code
 * .klp.rela.vmlinux..text}, its symbol becomes {@code .klp.sym.vmlinux.saved_command_line,0}.
 */
@NullMarked
package suture.target.linux.convert;

import org.jspecify.annotations.NullMarked;
