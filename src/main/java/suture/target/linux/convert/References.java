package suture.target.linux.convert;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Symbol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a module's loaded sections refer to its symbols. */
final class References {
    private final ElfObject module;
    private final Map<Symbol, List<Site>> sites = new HashMap<>();

    /** One field. */
    record Site(Section section, long offset) {}

    /**
     * @param apart sections that do not count
     */
    References(ElfObject module, Set<Section> apart) {
        this.module = module;
        for (RelocationSection relocations : module.relocationSections()) {
            Section target = relocations.target();
            if (target != null && target.has(Elf.SHF_ALLOC) && !apart.contains(target)) {
                for (Relocation relocation : relocations.entries()) {
                    sites.computeIfAbsent(relocation.symbol(), _ -> new ArrayList<>())
                            .add(new Site(target, relocation.offset()));
                }
            }
        }
    }

    /** All fields that refer to a symbol, in the order of the file. */
    List<Site> to(Symbol symbol) {
        return sites.getOrDefault(symbol, List.of());
    }

    /** The first of them in words, with the function it is in. */
    String place(Symbol symbol) {
        List<Site> all = to(symbol);
        return all.isEmpty() ? "" : place(all.getFirst());
    }

    private String place(Site site) {
        String offset = site.section + "+0x" + Long.toHexString(site.offset);
        for (Symbol symbol : module.symbols()) {
            long distance = site.offset - symbol.value();
            boolean typed = symbol.type() == Elf.STT_FUNC || symbol.type() == Elf.STT_OBJECT;
            if (typed
                    && symbol.section() == site.section
                    && distance >= 0
                    && distance < symbol.size()) {
                return offset + " in " + symbol.name();
            }
        }
        return offset;
    }
}
