package suture.target.linux.convert;

import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.target.linux.image.ObjectSymbols;
import suture.target.linux.image.SymbolText;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Livepatch modules of own C, in the kernel's form, and targets of a few symbols. */
final class Handmade {
    /** The kernel's API as far as the data of a module show it; sizes are not the kernel's. */
    private static final String API =
            """
            struct module { char all[64]; };
            struct klp_func { const char *old_name; void *new_func; unsigned long old_sympos;
                              long internal[3]; };
            struct klp_callbacks { void *all[4]; char enabled; };
            struct klp_object { const char *name; struct klp_func *funcs;
                                struct klp_callbacks callbacks; long internal[5]; };
            struct klp_patch { struct module *mod; struct klp_object *objs; void *states;
                               char replace; long internal[4]; };
            struct module_reloc { void *symbol; unsigned int position; };
            #define KLP_MODULE_RELOC(object) static struct module_reloc \\
                __attribute__((section(".klp.module_relocs." #object), used))
            #define KLP_SYMPOS(s, p) { .symbol = &s, .position = p }
            #define KLP_RELOC_SYMBOL(patched, object, name, position) \\
                asm("\\".klp.sym.rela." #patched "." #object "." #name "," #position "\\"")
            #define INFO(name, text) static const char info_##name[] \\
                __attribute__((section(".modinfo"), used, aligned(1))) = text
            struct module __this_module __attribute__((section(".gnu.linkonce.this_module")));
            int klp_enable_patch(struct klp_patch *);
            INFO(livepatch, "livepatch=Y");
            INFO(license, "license=GPL");
            INFO(name, "name=hand");
            INFO(depends, "depends=");
            """;

    private static final String REGISTER =
            """
            static struct klp_object objs[] = { OBJECTS { } };
            static struct klp_patch patch = { .mod = &__this_module, .objs = objs };
            int init_module(void) { return klp_enable_patch(&patch); }
            """;

    private Handmade() {}

    /** A module that says {@code objects} in its list of objects. */
    static ElfObject module(Path work, String body, String objects) throws IOException {
        return compile(work, API + body + REGISTER.replace("OBJECTS", objects));
    }

    /** A module that replaces one function of the kernel. */
    static ElfObject module(Path work, String body) throws IOException {
        return module(work, body + FUNCTIONS, "{ .funcs = funcs },");
    }

    private static final String FUNCTIONS =
            """
            static struct klp_func funcs[] = {
                { .old_name = "shown", .new_func = replacement }, { }
            };
            """;

    static ElfObject compile(Path work, String source) throws IOException {
        Path object =
                Tool.compile(
                        work,
                        "gcc-12",
                        source,
                        "hand.ko",
                        "-O2",
                        "-g",
                        "-mcmodel=kernel",
                        "-fno-pic",
                        "-fno-asynchronous-unwind-tables");
        return ElfReader.read(object);
    }

    /** A target whose kernel has these symbols, each {@code ADDRESS TYPE NAME [MODULE]}. */
    static Target target(Path work, String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("ffffffff81000000 T _text");
        all.add("ffffffff81000100 T shown");
        all.add("ffffffff81000200 T klp_enable_patch");
        all.add("ffffffff81000300 r __ksymtab_klp_enable_patch");
        Path file = Files.write(work.resolve("kallsyms"), all);
        List<ObjectSymbols> objects = SymbolText.kallsyms(file);
        return new Target(null, objects, Map.of());
    }
}
