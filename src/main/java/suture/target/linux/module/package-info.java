/**
 * A module file as the one who loads it sees it: its name, the kernel it is for, what must be
 * loaded before it, and what it patches.
 *
 * <p>What the module loader reads is in {@code .modinfo} (NUL-terminated {@code key=value}; Linux
 * {@code kernel/module/main.c}); what the livepatch core reads is in the names of sections {@code
 * .klp.rela.OBJECT.SECTION} and symbols {@code .klp.sym.OBJECT.NAME,POSITION} (Linux {@code
 * Documentation/livepatch/module-elf-format.rst}).
 */
@NullMarked
package suture.target.linux.module;

import org.jspecify.annotations.NullMarked;
