package suture.target.xen.runpre;

import org.jspecify.annotations.Nullable;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.machine.InstructionCursor;
import suture.machine.Machine;
import suture.machine.RelocationKind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The original with its fields and symbols by section. */
final class Original {
    private final ElfObject object;
    private final Machine machine;
    private final String file;
    private final Map<Section, List<Symbol>> symbols = new HashMap<>();
    private final Map<Section, TreeMap<Long, Field>> fields = new HashMap<>();

    /**
     * A relocated field.
     *
     * @param relocation what fills it
     * @param kind how
     * @param bias what is to be added to its sum to get the address that the instruction means
     */
    record Field(Relocation relocation, RelocationKind kind, int bias) {}

    Original(ElfObject object) {
        this.object = object;
        var header = object.header();
        this.machine =
                Objects.requireNonNull(Machine.of(header.machine(), header.is64(), header.order()));
        String name = "";
        for (Symbol symbol : object.symbols()) {
            Section section = symbol.section();
            if (symbol.type() == Elf.STT_FILE && name.isEmpty()) {
                name = symbol.name();
            } else if (section != null && isThing(symbol)) {
                symbols.computeIfAbsent(section, _ -> new ArrayList<>()).add(symbol);
            }
        }
        this.file = name;
    }

    private static boolean isThing(Symbol symbol) {
        return switch (symbol.type()) {
            case Elf.STT_FUNC, Elf.STT_OBJECT -> true;
            case Elf.STT_NOTYPE -> !symbol.name().isEmpty() && !symbol.name().startsWith(".L");
            default -> false;
        };
    }

    ElfObject object() {
        return object;
    }

    /** The name of a symbol of this unit in the hypervisor's table. */
    String tableName(Symbol symbol) {
        return symbol.isLocal() ? file + '#' + symbol.name() : symbol.name();
    }

    /** Functions and variables in a section. */
    List<Symbol> symbols(Section section) {
        return symbols.getOrDefault(section, List.of());
    }

    /** The one function or variable of that name; null if there is none, or more than one. */
    @Nullable Symbol named(String name, boolean local) {
        Symbol found = null;
        for (Symbol symbol : object.symbols()) {
            if (symbol.section() != null
                    && isThing(symbol)
                    && symbol.name().equals(name)
                    && symbol.isLocal() == local) {
                if (found != null) {
                    return null;
                }
                found = symbol;
            }
        }
        return found;
    }

    /** The fields of a section by offset. */
    TreeMap<Long, Field> fields(Section section) {
        return fields.computeIfAbsent(section, this::read);
    }

    private TreeMap<Long, Field> read(Section section) {
        TreeMap<Long, Field> found = new TreeMap<>();
        for (Relocation relocation : object.relocations(section)) {
            RelocationKind kind = machine.relocation(relocation.type());
            if (kind != null && !kind.noop()) {
                found.put(relocation.offset(), new Field(relocation, kind, 0));
            }
        }
        if (section.has(Elf.SHF_EXECINSTR)) {
            InstructionCursor cursor = machine.instructions(section.content());
            while (cursor.next()) {
                long start = cursor.offset();
                for (var entry : found.subMap(start, start + cursor.length()).entrySet()) {
                    Field field = entry.getValue();
                    int at = (int) (entry.getKey() - start);
                    int bias = machine.bias(field.kind(), at, cursor.length());
                    entry.setValue(new Field(field.relocation(), field.kind(), bias));
                }
            }
        }
        return found;
    }
}
