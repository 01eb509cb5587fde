package suture.target.xen.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Section;
import suture.elf.Symbol;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A linked hypervisor, as it is before it starts and patches itself. */
public final class XenImage {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final ElfObject elf;
    private final Bytes buildId;
    private final Map<String, List<XenSymbol>> byName = new HashMap<>();
    private final TreeMap<Long, List<XenSymbol>> byAddress = new TreeMap<>(Long::compareUnsigned);
    private final Map<String, Long> marks = new HashMap<>();
    private final Alternatives alternatives;
    private final Set<Long> withoutEndbr;

    private XenImage(ElfObject elf, Bytes buildId) {
        this.elf = elf;
        this.buildId = buildId;
        Map<Long, List<Symbol>> sized = new HashMap<>();
        for (Symbol symbol : elf.symbols()) {
            if (symbol.section() != null && symbol.type() != Elf.STT_SECTION) {
                sized.computeIfAbsent(symbol.value(), _ -> new ArrayList<>(1)).add(symbol);
                if (!symbol.isLocal()) {
                    marks.put(symbol.name(), symbol.value());
                }
            }
        }
        for (SymbolTable.Entry entry : SymbolTable.read(elf)) {
            enter(entry, sized.getOrDefault(entry.address(), List.of()));
        }
        this.alternatives =
                Alternatives.of(
                        between("__alt_instructions", "__alt_instructions_end"),
                        mark("__alt_instructions"));
        this.withoutEndbr = withoutEndbr();
    }

    private void enter(SymbolTable.Entry entry, List<Symbol> there) {
        String plain = entry.name().substring(entry.name().indexOf('#') + 1);
        long size = 0;
        boolean code = Character.toLowerCase(entry.type()) == 't';
        for (Symbol symbol : there) {
            if (symbol.name().equals(plain)) {
                size = Math.max(size, symbol.size());
                code |= symbol.type() == Elf.STT_FUNC;
            }
        }
        XenSymbol symbol = new XenSymbol(entry.name(), entry.address(), size, code);
        byName.computeIfAbsent(symbol.name(), _ -> new ArrayList<>(1)).add(symbol);
        byAddress.computeIfAbsent(symbol.address(), _ -> new ArrayList<>(1)).add(symbol);
    }

    /**
     * Opens a {@code xen-syms}.
     *
     * @throws FormatException if it is none, or has no symbol table for live patches
     */
    public static XenImage open(Path file) throws IOException {
        ElfObject elf = ElfReader.read(file);
        Bytes id = Note.buildId(elf);
        if (id == null || elf.header().machine() != Elf.EM_X86_64) {
            throw new FormatException(
                    file.toString(),
                    "",
                    -1,
                    "a xen-syms of x86-64 with a build id",
                    id == null ? "no build id" : "machine " + elf.header().machine());
        }
        return new XenImage(elf, id);
    }

    /** Its ELF file. */
    public ElfObject elf() {
        return elf;
    }

    /** What {@code .livepatch.xen_depends} must hold. */
    public Bytes buildId() {
        return buildId;
    }

    /** All symbols of that name in the hypervisor's own table. */
    public List<XenSymbol> named(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** The one symbol of that name; null if there is none, or more than one. */
    public @Nullable XenSymbol one(String name) {
        List<XenSymbol> all = named(name);
        return all.size() == 1 ? all.getFirst() : null;
    }

    /** The symbols that start exactly there. */
    public List<XenSymbol> at(long address) {
        return byAddress.getOrDefault(address, List.of());
    }

    /** The nearest symbol at or before the address with the distance, for messages. */
    public String words(long address) {
        Map.Entry<Long, List<XenSymbol>> floor = byAddress.floorEntry(address);
        return floor == null
                ? "0x" + Long.toHexString(address)
                : floor.getValue().getFirst().name()
                        + "+0x"
                        + Long.toHexString(address - floor.getKey());
    }

    /** The bytes at an address; null if no section has content there. */
    public @Nullable Bytes read(long address, long length) {
        for (Section section : elf.sections()) {
            long start = section.header().address();
            if (section.has(Elf.SHF_ALLOC)
                    && !section.isNobits()
                    && section.content().contains(address - start, length)) {
                return section.content().slice(address - start, length);
            }
        }
        return null;
    }

    /** Whether the address lies in memory that is freed once the hypervisor has started. */
    public boolean freed(long address) {
        Section section =
                elf.sections().stream()
                        .filter(s -> s.has(Elf.SHF_ALLOC))
                        .filter(s -> address >= s.header().address())
                        .filter(s -> address < s.header().address() + s.size())
                        .findFirst()
                        .orElse(null);
        return section != null && section.name().startsWith(".init");
    }

    /** The address of a global symbol of {@code xen-syms}. */
    public long mark(String name) {
        Long address = marks.get(name);
        if (address == null) {
            throw new FormatException(elf.file(), name, -1, "this symbol", "none");
        }
        return address;
    }

    /** Whether a global symbol of {@code xen-syms} is at the address. */
    public boolean isMark(String name, long address) {
        Long at = marks.get(name);
        return at != null && at == address;
    }

    /** The content between two global symbols; empty if they are not there. */
    public Bytes between(String from, String to) {
        Long start = marks.get(from);
        Long end = marks.get(to);
        Bytes content = start == null || end == null ? null : read(start, end - start);
        return content == null ? Bytes.EMPTY : content;
    }

    /** The rewritten places that begin in a range. */
    public List<Long> rewritten(long from, long to) {
        return alternatives.in(from, to);
    }

    /**
     * How many bytes at the start of a function are at any time what the file has, {@code most} at
     * most: up to the first place that an alternative rewrites, and none if its ENDBR64 may go.
     */
    public int stable(long address, int most) {
        return withoutEndbr.contains(address) ? 0 : alternatives.untouched(address, most);
    }

    /**
     * Functions that are only called directly once alternatives are applied: the hypervisor
     * replaces their ENDBR64 where it uses indirect branch tracking (Xen 4.17 {@code
     * xen/arch/x86/alternative.c}, {@code __initdata_cf_clobber}).
     */
    private Set<Long> withoutEndbr() {
        Set<Long> found = new HashSet<>();
        Bytes table = between("__initdata_cf_clobber_start", "__initdata_cf_clobber_end");
        for (long at = 0; at + 8 <= table.size(); at += 8) {
            found.add(table.s64(at, ORDER));
        }
        return found;
    }
}
