package suture.target.linux.convert;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.target.linux.image.KernelImage;
import suture.target.linux.klp.PatchedFunction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * What a module hands to {@code klp_enable_patch}, read out of its data.
 *
 * <p>The members that the author fills in come first in all three structures (Linux 4.5 to 6.19
 * {@code include/linux/livepatch.h}); a pointer is a relocation, and no relocation is NULL:
 *
 * <pre>
 *   klp_patch   0  module *mod        8  klp_object *objs
 *   klp_object  0  char *name         8  klp_func *funcs        until one with neither
 *   klp_func    0  char *old_name     8  void *new_func     16  ulong old_sympos
 *                                                               until one without old_name
 * </pre>
 *
 * @param functions the functions that it replaces, in the order of the tables
 * @param objects the objects they are in; an object may be there without a function
 */
public record PatchTable(List<PatchedFunction> functions, SequencedSet<String> objects) {
    private static final int WORD = 8;
    private static final int ABSOLUTE = 1;

    /**
     * The sizes of two structures, which depend on the kernel's version and configuration.
     *
     * @param object of {@code struct klp_object}
     * @param function of {@code struct klp_func}
     */
    record Sizes(long object, long function) {}

    /** Reads the table; null if the module's data hold none that can be read. */
    static @Nullable PatchTable of(ElfObject module, Sizes sizes) {
        Reader reader = new Reader(module, sizes);
        for (Section section : module.sections()) {
            boolean data = section.has(Elf.SHF_ALLOC) && !section.has(Elf.SHF_EXECINSTR);
            for (Relocation relocation :
                    data ? module.relocations(section) : List.<Relocation>of()) {
                if (relocation.symbol().name().equals("__this_module")) {
                    PatchTable table = reader.table(section, relocation.offset() + WORD);
                    if (table != null) {
                        return table;
                    }
                }
            }
        }
        return null;
    }

    /** A place in a section. */
    private record At(Section section, long offset) {}

    private static final class Reader {
        private final ElfObject module;
        private final Sizes sizes;
        private final Map<Section, Map<Long, Relocation>> pointers = new HashMap<>();

        Reader(ElfObject module, Sizes sizes) {
            this.module = module;
            this.sizes = sizes;
        }

        @Nullable PatchTable table(Section section, long field) {
            At objects = pointer(section, field);
            if (objects == null || objects.section.has(Elf.SHF_EXECINSTR)) {
                return null;
            }
            List<PatchedFunction> functions = new ArrayList<>();
            SequencedSet<String> names = new LinkedHashSet<>();
            for (At at = objects; ; at = new At(at.section, at.offset + sizes.object)) {
                At name = pointer(at.section, at.offset);
                At list = pointer(at.section, at.offset + WORD);
                if (name == null && list == null) {
                    return names.isEmpty() ? null : new PatchTable(functions, names);
                }
                String object = name == null ? KernelImage.NAME : text(name);
                if (object == null || (list != null && !functions(object, list, functions))) {
                    return null;
                }
                names.add(object);
            }
        }

        private boolean functions(String object, At list, List<PatchedFunction> functions) {
            for (At at = list; ; at = new At(at.section, at.offset + sizes.function)) {
                At name = pointer(at.section, at.offset);
                if (name == null) {
                    return !list.section.has(Elf.SHF_EXECINSTR);
                }
                String old = text(name);
                Symbol replacement = function(pointer(at.section, at.offset + WORD));
                if (old == null || replacement == null) {
                    return false;
                }
                functions.add(new PatchedFunction(object, old, position(at), replacement.name()));
            }
        }

        private int position(At function) {
            long at = function.offset + 2 * WORD;
            boolean stored =
                    !function.section.isNobits() && function.section.content().contains(at, WORD);
            return stored
                    ? Math.toIntExact(function.section.content().u32(at, module.header().order()))
                    : 0;
        }

        private @Nullable String text(At at) {
            boolean readable =
                    !at.section.isNobits()
                            && at.offset >= 0
                            && at.section.content().indexOf(0, at.offset) >= 0;
            return readable ? at.section.content().cstring(at.offset) : null;
        }

        private @Nullable Symbol function(@Nullable At at) {
            for (Symbol symbol : at == null ? List.<Symbol>of() : module.symbols()) {
                if (symbol.type() == Elf.STT_FUNC
                        && symbol.section() == at.section
                        && symbol.value() == at.offset) {
                    return symbol;
                }
            }
            return null;
        }

        private @Nullable At pointer(Section section, long field) {
            Relocation relocation = pointers.computeIfAbsent(section, this::pointersOf).get(field);
            if (relocation == null) {
                return null;
            }
            Section target = relocation.symbol().section();
            return target == null
                    ? null
                    : new At(target, relocation.symbol().value() + relocation.addend());
        }

        private Map<Long, Relocation> pointersOf(Section section) {
            Map<Long, Relocation> all = new HashMap<>();
            for (Relocation relocation : module.relocations(section)) {
                if (relocation.type() == ABSOLUTE) {
                    all.put(relocation.offset(), relocation);
                }
            }
            return all;
        }
    }
}
