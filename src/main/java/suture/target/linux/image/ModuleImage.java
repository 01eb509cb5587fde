package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.machine.Machine;
import suture.machine.RelocationKind;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** A kernel module as it is on disk. */
public final class ModuleImage implements RunningCode {
    private static final int WINDOW = 32;
    private static final long IMPORTS = 1L << 56;

    private final ElfObject elf;
    private final Machine machine;
    private final ModuleInfo info;
    private final SymbolIndex symbols;
    private final Set<KernelSymbol> unstable = new HashSet<>();
    private final Map<String, Long> imports = new LinkedHashMap<>();
    private final Map<Long, String> importNames = new HashMap<>();
    private final Map<Section, NavigableMap<Long, Relocation>> fields = new HashMap<>();

    private ModuleImage(ElfObject elf) {
        this.elf = elf;
        Machine found =
                Machine.of(elf.header().machine(), elf.header().is64(), elf.header().order());
        if (found == null || elf.header().type() != Elf.ET_REL) {
            throw new FormatException(
                    elf.file(),
                    "ELF header",
                    16,
                    "a relocatable object of a known machine",
                    "type " + elf.header().type() + ", machine " + elf.header().machine());
        }
        this.machine = found;
        this.info = ModuleInfo.of(elf);
        for (Symbol symbol : elf.symbols()) {
            if (symbol.isUndefined() && !symbol.name().isEmpty()) {
                long address = IMPORTS | (long) symbol.index() << WINDOW;
                imports.putIfAbsent(symbol.name(), address);
                importNames.put(address, symbol.name());
            }
        }
        this.symbols = numbered();
        for (Section section : elf.sections()) {
            if (section.has(Elf.SHF_ALLOC)) {
                fields.put(section, relocated(section));
            }
        }
    }

    /**
     * Opens a {@code .ko}, compressed or not.
     *
     * @throws FormatException if it is no module or is damaged
     * @throws IOException if it cannot be read
     */
    public static ModuleImage open(Path file) throws IOException {
        return of(file.toString(), Bytes.map(file));
    }

    /** The same for content in memory; {@code name} stands for it in messages. */
    public static ModuleImage of(String name, Bytes content) {
        Compression compression = Compression.of(content);
        Bytes plain = compression == null ? content : compression.inflate(name, content, -1);
        return new ModuleImage(ElfReader.read(name, plain));
    }

    private SymbolIndex numbered() {
        List<SymbolIndex.Bare> all = new ArrayList<>();
        List<SymbolIndex.Bare> lasting = new ArrayList<>();
        for (Symbol symbol : elf.symbols()) {
            Section section = symbol.section();
            boolean named = !symbol.name().isEmpty() && symbol.type() != Elf.STT_SECTION;
            if (named && section != null) {
                long address =
                        section.has(Elf.SHF_ALLOC) ? window(section) + symbol.value() : IMPORTS - 1;
                var bare = new SymbolIndex.Bare(address, letter(symbol, section), symbol.name());
                all.add(bare);
                if (section.has(Elf.SHF_ALLOC) && !section.name().startsWith(".init")) {
                    lasting.add(bare);
                }
            }
        }
        // The livepatch core counts either all symbols (while the module starts) or those that stay
        // (Linux 6.1 kernel/module/kallsyms.c, is_core_symbol).
        SymbolIndex index = SymbolIndex.of(all);
        SymbolIndex later = SymbolIndex.of(lasting);
        for (KernelSymbol symbol : index.all()) {
            if (symbol.position() > 0) {
                boolean same =
                        later.named(symbol.name()).stream()
                                .anyMatch(s -> samePlaceAndPosition(s, symbol));
                if (!same) {
                    unstable.add(symbol);
                }
            }
        }
        return index;
    }

    private static boolean samePlaceAndPosition(KernelSymbol later, KernelSymbol now) {
        return later.address() == now.address()
                && Math.max(1, later.position()) == Math.max(1, now.position());
    }

    private static char letter(Symbol symbol, Section section) {
        if (symbol.binding() == Elf.STB_WEAK) {
            return 'W';
        }
        char letter =
                section.has(Elf.SHF_EXECINSTR)
                        ? 't'
                        : section.isNobits() ? 'b' : section.has(Elf.SHF_WRITE) ? 'd' : 'r';
        return symbol.isLocal() ? letter : Character.toUpperCase(letter);
    }

    private NavigableMap<Long, Relocation> relocated(Section section) {
        NavigableMap<Long, Relocation> map = new TreeMap<>();
        for (Relocation relocation : elf.relocations(section)) {
            RelocationKind kind = machine.relocation(relocation.type());
            if (kind == null) {
                throw new FormatException(
                        elf.file(),
                        section.name(),
                        relocation.offset(),
                        "a relocation type of " + machine,
                        "type " + relocation.type());
            }
            if (!kind.noop()) {
                map.put(relocation.offset(), relocation);
            }
        }
        return map;
    }

    /** The artificial address of a section of a module. */
    static long window(Section section) {
        return (section.index() + 1L) << WINDOW;
    }

    @Nullable Section sectionAt(long address) {
        long index = (address >> WINDOW) - 1;
        boolean inside = index >= 0 && index < elf.sections().size();
        Section section = inside ? elf.sections().get((int) index) : null;
        return section != null && section.has(Elf.SHF_ALLOC) ? section : null;
    }

    /** What the module says about itself. */
    public ModuleInfo info() {
        return info;
    }

    @Override
    public String name() {
        return info.name();
    }

    @Override
    public ElfObject elf() {
        return elf;
    }

    @Override
    public SymbolIndex symbols() {
        return symbols;
    }

    @Override
    public @Nullable Bytes read(long address, long length) {
        Section section = sectionAt(address);
        long offset = address & 0xffff_ffffL;
        return section != null && section.content().contains(offset, length)
                ? section.content().slice(offset, length)
                : null;
    }

    @Override
    public @Nullable Long sum(long address, RelocationKind kind) {
        Section section = sectionAt(address);
        if (section == null || kind.width() <= 0) {
            return null;
        }
        Relocation relocation =
                fields.getOrDefault(section, new TreeMap<>()).get(address & 0xffff_ffffL);
        if (relocation == null) {
            // A distance inside one section needs no relocation.
            Bytes field = kind.pcRelative() ? read(address, kind.width()) : null;
            return field == null
                    ? null
                    : LinkedField.sum(field, address, kind, elf.header().order());
        }
        RelocationKind own = machine.relocation(relocation.type());
        if (own == null
                || own.width() != kind.width()
                || own.pcRelative() != kind.pcRelative()
                || own.name().endsWith("_32S") != kind.name().endsWith("_32S")) {
            return null;
        }
        Symbol symbol = relocation.symbol();
        Section target = symbol.section();
        if (target != null) {
            return window(target) + symbol.value() + relocation.addend();
        }
        Long imported = imports.get(symbol.name());
        return (imported == null ? symbol.value() : imported) + relocation.addend();
    }

    @Override
    public List<Long> fields(long address, long length) {
        Section section = sectionAt(address);
        NavigableMap<Long, Relocation> own =
                section == null ? new TreeMap<>() : fields.getOrDefault(section, new TreeMap<>());
        long from = address & 0xffff_ffffL;
        return own.subMap(from, from + length).keySet().stream()
                .map(offset -> address - from + offset)
                .toList();
    }

    @Override
    public long start(Section section) {
        return window(section);
    }

    @Override
    public boolean fieldsKnown() {
        return true;
    }

    @Override
    public boolean isAt(String name, long address) {
        Long imported = imports.get(name);
        return (imported != null && imported == address)
                || symbols.named(name).stream().anyMatch(s -> s.address() == address);
    }

    @Override
    public @Nullable String imported(long address) {
        return importNames.get(address);
    }

    @Override
    public boolean counted(KernelSymbol symbol) {
        return !unstable.contains(symbol);
    }
}
