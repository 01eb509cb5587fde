package suture.target.linux.image;

import suture.elf.Section;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The symbols of one object that runs, wherever they were read.
 *
 * @param object {@code vmlinux} or the module's name
 * @param origin the file they were read from
 * @param symbols all of them, with their positions
 * @param exports what modules may bind to under its own name
 * @param exportsKnown whether the file says what is exported
 * @param placed whether the addresses mean anything
 * @param unstable those whose position changes while the module is loaded
 * @param freed those whose memory is given back once the object has started
 */
public record ObjectSymbols(
        String object,
        String origin,
        SymbolIndex symbols,
        Set<String> exports,
        boolean exportsKnown,
        boolean placed,
        Set<KernelSymbol> unstable,
        Set<KernelSymbol> freed) {
    /** Exports that name the modules that may use them are no common exports. */
    private static final String RESERVED = "module:";

    private static final String EXPORT = "__ksymtab_";

    /** What an image says of its kernel. */
    public static ObjectSymbols of(KernelImage image) {
        Set<String> exports = new HashSet<>();
        for (Export export : Export.of(image).values()) {
            if (!export.namespace().startsWith(RESERVED)) {
                exports.add(export.name());
            }
        }
        return new ObjectSymbols(
                KernelImage.NAME,
                image.elf().file(),
                image.symbols(),
                exports,
                true,
                true,
                Set.of(),
                initial(image.symbols()));
    }

    /** What a module says of itself. */
    public static ObjectSymbols of(ModuleImage module) {
        Set<KernelSymbol> unstable = new HashSet<>();
        Set<KernelSymbol> freed = new HashSet<>();
        for (KernelSymbol symbol : module.symbols().all()) {
            if (!module.counted(symbol)) {
                unstable.add(symbol);
            }
            Section section = module.sectionAt(symbol.address());
            if (section == null || section.name().startsWith(".init")) {
                freed.add(symbol);
            }
        }
        return new ObjectSymbols(
                module.name(),
                module.elf().file(),
                module.symbols(),
                module.info().exports().keySet(),
                true,
                true,
                unstable,
                freed);
    }

    /** The same of a text that names symbols; exports leave a symbol of their own there. */
    static ObjectSymbols of(
            String object, String origin, List<SymbolIndex.Bare> symbols, boolean placed) {
        SymbolIndex index = SymbolIndex.of(symbols);
        Set<String> exports = new HashSet<>();
        for (SymbolIndex.Bare symbol : symbols) {
            if (symbol.name().startsWith(EXPORT)) {
                exports.add(symbol.name().substring(EXPORT.length()));
            }
        }
        return new ObjectSymbols(
                object,
                origin,
                index,
                exports,
                !exports.isEmpty(),
                placed,
                Set.of(),
                placed && object.equals(KernelImage.NAME) ? initial(index) : Set.of());
    }

    /**
     * The kernel's init code and data, which it frees (Linux 6.1 {@code init/main.c},
     * free_initmem). Per-cpu symbols are offsets and lie outside.
     */
    private static Set<KernelSymbol> initial(SymbolIndex symbols) {
        List<KernelSymbol> begin = symbols.named("__init_begin");
        List<KernelSymbol> end = symbols.named("__init_end");
        Set<KernelSymbol> freed = new HashSet<>();
        if (begin.size() == 1 && end.size() == 1) {
            long from = begin.getFirst().address();
            long size = end.getFirst().address() - from;
            for (KernelSymbol symbol : symbols.all()) {
                if (Long.compareUnsigned(symbol.address() - from, size) < 0) {
                    freed.add(symbol);
                }
            }
        }
        return freed;
    }
}
