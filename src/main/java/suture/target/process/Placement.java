package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where the things of an original object are in an image, as far as it was proven. */
public final class Placement {
    private static final int LOCAL_DYNAMIC = 20;

    private final ElfObject object;
    private final ProcessImage image;
    private final Map<Section, Long> bases = new HashMap<>();
    private final Map<String, Long> externals = new HashMap<>();
    private final Map<String, Long> threads = new HashMap<>();
    private final Map<String, Long> slots = new HashMap<>();
    private final Map<SlotKey, Long> threadSlots = new HashMap<>();
    private final Set<Section> ambiguous = new HashSet<>();

    /** The relocation that asks for a slot, and the name; none for that of a whole module. */
    private record SlotKey(int type, String name) {
        static SlotKey of(int type, String name) {
            return new SlotKey(type, type == LOCAL_DYNAMIC ? "" : name);
        }
    }

    Placement(ElfObject object, ProcessImage image) {
        this.object = object;
        this.image = image;
    }

    /** The original object. */
    ElfObject object() {
        return object;
    }

    /** The image. */
    public ProcessImage image() {
        return image;
    }

    Placement copy() {
        Placement copy = new Placement(object, image);
        copy.take(this);
        return copy;
    }

    void take(Placement other) {
        bases.putAll(other.bases);
        externals.putAll(other.externals);
        threads.putAll(other.threads);
        slots.putAll(other.slots);
        threadSlots.putAll(other.threadSlots);
        ambiguous.addAll(other.ambiguous);
    }

    void ambiguous(Section section) {
        ambiguous.add(section);
    }

    /** Whether any code was found. */
    public boolean any() {
        return bases.keySet().stream().anyMatch(s -> s.has(Elf.SHF_EXECINSTR));
    }

    /** All code that was found, as it stands in the image's file. */
    public List<ProcessPayload.Code> code() {
        List<ProcessPayload.Code> code = new ArrayList<>();
        for (Section section : object.sections()) {
            Long base = bases.get(section);
            Bytes bytes = base == null ? null : image.at(base, section.size());
            if (base != null && bytes != null && section.has(Elf.SHF_EXECINSTR)) {
                code.add(new ProcessPayload.Code(base, bytes));
            }
        }
        return code;
    }

    @Nullable Long base(Section section) {
        return bases.get(section);
    }

    /** False if the section is known to be elsewhere. */
    boolean place(Section section, long base) {
        Long known = bases.putIfAbsent(section, base);
        return known == null || known == base;
    }

    /** What contradicts that an undefined symbol is at the address; null if nothing does. */
    @Nullable String external(Symbol symbol, long address) {
        String name = symbol.name();
        if (name.isEmpty() || symbol.place() instanceof Symbol.Place.Absolute) {
            return null;
        }
        String stub = image.stubAt(address);
        if (stub != null && !stub.isEmpty()) {
            return stub.equals(name) ? null : "it calls " + stub + ", the source calls " + name;
        }
        List<Symbol> known = image.named(name);
        Long resolver = image.resolverAt(address);
        long place = resolver == null ? address : resolver;
        if (!known.isEmpty() && known.stream().noneMatch(s -> s.value() == place)) {
            return stub == null || resolver != null
                    ? "it refers to another thing than " + name
                    : null;
        }
        Long before = externals.putIfAbsent(name, address);
        return before == null || before == address
                ? null
                : "it refers to another " + name + " than the code before";
    }

    /** What contradicts that a chosen function (IFUNC) of the object has the stub; or null. */
    @Nullable String chosen(Symbol symbol, Section section, long stub) {
        Long resolver = image.resolverAt(stub);
        if (resolver == null || !place(section, resolver - symbol.value())) {
            return "it refers to another " + symbol + " than the code before";
        }
        externals.putIfAbsent(symbol.name(), stub);
        return null;
    }

    /** Keeps the slot by which the code reaches a symbol. */
    void slot(Symbol symbol, long address) {
        if (!symbol.isLocal()) {
            slots.putIfAbsent(symbol.name(), address);
        }
    }

    /** The slot of the global offset table that leads to a symbol, as the code uses it. */
    @Nullable Long slotOf(String name) {
        return slots.get(name);
    }

    /** What contradicts that a thread-local symbol has the offset; null if nothing does. */
    @Nullable String thread(Symbol symbol, long offset) {
        if (symbol.type() == Elf.STT_SECTION) {
            return null;
        }
        Long before = threads.putIfAbsent(symbol.name(), offset);
        return before == null || before == offset
                ? null
                : "another thread-local " + symbol + " than the code before";
    }

    /** Address of a symbol that the object defines; null if it was not proven. */
    public @Nullable Long address(Symbol symbol) {
        Section section = symbol.section();
        Long base = section == null ? null : bases.get(section);
        return base == null ? null : Long.valueOf(base + symbol.value());
    }

    /** The object's own symbol of that name, null if there is none or more than one. */
    @Nullable Symbol defined(String name) {
        Symbol found = null;
        for (Symbol symbol : object.symbols()) {
            if (symbol.section() != null && symbol.name().equals(name)) {
                if (found != null) {
                    return null;
                }
                found = symbol;
            }
        }
        return found;
    }

    /** Address of a symbol that the object does not define, as its code uses it. */
    @Nullable Long external(String name) {
        return externals.get(name);
    }

    /**
     * What contradicts that a thread-local symbol is reached by way of the slot; null if nothing.
     */
    @Nullable String threadSlot(int type, Symbol symbol, long slot) {
        Relocation relocation = image.dynamic(slot);
        String name = relocation == null ? "" : relocation.symbol().name();
        if (!name.isEmpty() && !name.equals(symbol.name())) {
            return "it uses the thread-local " + name + " where the source uses " + symbol;
        }
        Long before = threadSlots.putIfAbsent(SlotKey.of(type, symbol.name()), slot);
        return before == null || before == slot
                ? null
                : "another thread-local " + symbol + " than the code before";
    }

    /** The slot by which a thread-local variable is reached, as the code uses it. */
    @Nullable Long threadSlot(int type, String name) {
        return threadSlots.get(SlotKey.of(type, name));
    }

    /**
     * Offset of a thread-local variable from the thread pointer in an executable, whose storage is
     * the first; in a library, from the start of its storage, which the loader puts anywhere.
     */
    @Nullable Long threadOffset(String name) {
        Long proven = threads.get(name);
        List<Symbol> known = image.named(name);
        if (proven != null || known.size() != 1) {
            return proven;
        }
        Symbol only = known.getFirst();
        if (only.type() != Elf.STT_TLS) {
            return null;
        }
        return image.executable() ? image.threadOffset(only) : Long.valueOf(only.value());
    }

    /** Why a thing of the section has no address. */
    String missing(@Nullable Section section) {
        return section != null && ambiguous.contains(section)
                ? "several places of the program have this code"
                : "the program does not have it";
    }

    String nameAt(Section section, long offset) {
        Symbol symbol = RunPre.symbolAt(object, section, offset);
        return symbol == null ? section.name() : symbol.name();
    }

    String placeAt(Section section, long offset) {
        Symbol symbol = RunPre.symbolAt(object, section, offset);
        return symbol == null
                ? "%s+0x%x".formatted(section, offset)
                : "%s+0x%x".formatted(symbol.name(), offset - symbol.value());
    }
}
