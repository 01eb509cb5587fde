package suture.target.linux.klp;

import suture.elf.ElfObject;

import java.io.IOException;

/** Compiles one C source as a part of a module, with the running kernel's own flags and headers. */
@FunctionalInterface
public interface GlueCompiler {
    /**
     * The object, after the kernel build's own steps on an object (objtool).
     *
     * <p>The source defines {@code MODULE} and {@code KBUILD_MODNAME} itself, so the recorded
     * command of any C file of the kernel will do.
     *
     * @param module the module's name
     * @param source the C text
     */
    ElfObject compile(String module, String source) throws IOException;
}
