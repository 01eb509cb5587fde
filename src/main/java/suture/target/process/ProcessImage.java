package suture.target.process;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfObject.Segment;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Symbol;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A linked file as the loader sees it: an executable, position independent or not, or a shared
 * library. All addresses are those of the file.
 */
public final class ProcessImage {
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int PT_LOAD = 1;
    private static final int PT_TLS = 7;
    private static final int GLOB_DAT = 6;
    private static final int JUMP_SLOT = 7;
    private static final int RELATIVE = 8;
    private static final int IRELATIVE = 37;
    private static final int VISIBILITY = 3;
    private static final long FLAGS_1 = 0x6fff_fffbL;
    private static final long PIE = 0x800_0000;
    private static final int ENDBR = 0xfa1e_0ff3;
    private final ElfObject elf;
    private final Bytes buildId;
    private final List<Symbol> symbols;
    private final Map<String, List<Symbol>> byName = new HashMap<>();
    private final Map<Symbol, String> files = new HashMap<>();
    private final Map<Long, Relocation> dynamic = new HashMap<>();
    private final Set<String> exported;
    private final Map<Long, String> stubs = new HashMap<>();
    private final Map<String, Long> stubOf = new HashMap<>();
    private final Map<Long, Long> resolvers = new HashMap<>();

    private ProcessImage(ElfObject elf, Bytes buildId) {
        this.elf = elf;
        this.buildId = buildId;
        this.symbols = elf.symbols().isEmpty() ? elf.dynamicSymbols() : elf.symbols();
        this.exported =
                elf.dynamicSymbols().stream()
                        .filter(s -> !s.isLocal() && !s.isUndefined())
                        .filter(s -> (s.other() & VISIBILITY) == 0)
                        .map(Symbol::name)
                        .collect(Collectors.toSet());
        indexSymbols();
        for (RelocationSection table : elf.relocationSections()) {
            table.entries().forEach(r -> dynamic.put(r.offset(), r));
        }
        for (Section section : elf.sections()) {
            if (section.name().startsWith(".plt") || section.name().equals(".iplt")) {
                indexStubs(section);
            }
        }
    }

    /**
     * Reads the file.
     *
     * @throws FormatException if it is no linked x86-64 file, or has no build id
     */
    public static ProcessImage read(Path file) throws IOException {
        ElfObject elf = ElfReader.read(file);
        int type = elf.header().type();
        if (elf.header().machine() != Elf.EM_X86_64
                || (type != Elf.ET_EXEC && type != Elf.ET_DYN)) {
            throw new FormatException(
                    elf.file(),
                    "ELF header",
                    16,
                    "an executable or a shared library for x86_64",
                    "type " + type + " for machine " + elf.header().machine());
        }
        Bytes buildId = Note.buildId(elf);
        if (buildId == null) {
            throw new FormatException(
                    elf.file(),
                    "",
                    -1,
                    "a build id, by which the running program is recognised (link with"
                            + " -Wl,--build-id)",
                    "none");
        }
        return new ProcessImage(elf, buildId);
    }

    private void indexSymbols() {
        String file = "";
        for (Symbol symbol : symbols) {
            if (symbol.type() == Elf.STT_FILE) {
                file = symbol.name();
            } else if (symbol.section() != null && symbol.type() != Elf.STT_SECTION) {
                byName.computeIfAbsent(symbol.name(), n -> new ArrayList<>(1)).add(symbol);
                files.put(symbol, symbol.isLocal() ? file : "");
            }
        }
    }

    /** A stub jumps through its slot: {@code ff 25 disp32}, after an optional landing pad. */
    private void indexStubs(Section section) {
        Bytes code = section.content();
        for (long i = 0; i + 6 <= code.size(); i++) {
            if (code.u8(i) != 0xff || code.u8(i + 1) != 0x25) {
                continue;
            }
            long slot = section.header().address() + i + 6 + code.s32(i + 2, ORDER);
            Relocation relocation = dynamic.get(slot);
            if (relocation == null) {
                continue;
            }
            long start = i > 0 && code.u8(i - 1) == 0xf2 ? i - 1 : i;
            if (start >= 4 && code.s32(start - 4, ORDER) == ENDBR) {
                start -= 4;
            }
            String name = relocation.symbol().name();
            stubs.put(section.header().address() + start, name);
            if (relocation.type() == IRELATIVE) {
                resolvers.put(section.header().address() + start, relocation.addend());
            }
            if (!name.isEmpty()) {
                stubOf.put(name, section.header().address() + start);
            }
        }
    }

    /** The file's model. */
    public ElfObject elf() {
        return elf;
    }

    /** The last part of its name. */
    public String name() {
        Path name = Path.of(elf.file()).getFileName();
        return name == null ? elf.file() : name.toString();
    }

    /** Its build id. */
    public Bytes buildId() {
        return buildId;
    }

    /** Whether it is loaded where it says. */
    boolean fixed() {
        return elf.header().type() == Elf.ET_EXEC;
    }

    /**
     * Whether it is a program, position independent or not; else it is a shared library. A static
     * program that is position independent has no {@code .interp}, but a flag for it (DF_1_PIE).
     */
    boolean executable() {
        if (fixed() || elf.section(".interp") != null) {
            return true;
        }
        Bytes dynamic = elf.content(".dynamic");
        for (long i = 0; dynamic != null && dynamic.contains(i, 16); i += 16) {
            if (dynamic.s64(i, ORDER) == FLAGS_1) {
                return (dynamic.s64(i + 8, ORDER) & PIE) != 0;
            }
        }
        return false;
    }

    /** Its defined symbols of that name. */
    List<Symbol> named(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** The source file that a local symbol is from, empty if unknown or not local. */
    String file(Symbol symbol) {
        return files.getOrDefault(symbol, "");
    }

    /** The bytes at an address, null if the file has none there. */
    @Nullable Bytes at(long address, long size) {
        for (Segment segment : elf.segments()) {
            if (segment.type() == PT_LOAD && address >= segment.virtualAddress()) {
                long offset = address - segment.virtualAddress();
                if (size <= segment.fileSize() && offset <= segment.fileSize() - size) {
                    return image().slice(segment.offset() + offset, size);
                }
            }
        }
        return null;
    }

    private Bytes image() {
        suture.elf.Layout layout = elf.layout();
        if (layout == null) {
            throw new IllegalStateException("an image that was not read from a file");
        }
        return layout.image();
    }

    /** Whether something of the file is loaded at the address. */
    boolean loaded(long address) {
        return elf.segments().stream()
                .anyMatch(s ->
                        s.type() == PT_LOAD
                                && address >= s.virtualAddress()
                                && address <= s.virtualAddress() + s.memorySize());
    }

    /** The relocation that the dynamic loader does at the address. */
    @Nullable Relocation dynamic(long address) {
        return dynamic.get(address);
    }

    /** The function whose stub of the procedure linkage table is there; null if there is none. */
    @Nullable String stubAt(long address) {
        return stubs.get(address);
    }

    /** The stub of an imported function, or null. */
    @Nullable Long stubOf(String name) {
        return stubOf.get(name);
    }

    /** The function that chose where the stub leads (IFUNC); null if it is no such stub. */
    @Nullable Long resolverAt(long stub) {
        return resolvers.get(stub);
    }

    /** The stub of what a function chose; null if there is none, or more than one. */
    @Nullable Long chosenBy(long resolver) {
        List<Long> found =
                resolvers.entrySet().stream()
                        .filter(e -> e.getValue() == resolver)
                        .map(Map.Entry::getKey)
                        .toList();
        return found.size() == 1 ? found.getFirst() : null;
    }

    /**
     * Whether its code catches exceptions: it uses the personality routine of a language, but for
     * that of C, which catches nothing. (Routines are named LANGUAGE_personality, with a version.)
     */
    boolean catchesExceptions() {
        return Stream.concat(elf.symbols().stream(), elf.dynamicSymbols().stream())
                .map(Symbol::name)
                .anyMatch(n -> n.contains("_personality") && !n.contains("__gcc_personality"));
    }

    /** Whether another file of the process may have a thing of that name in place of this one's. */
    boolean preemptible(String name) {
        return !executable() && exported.contains(name);
    }

    /** What a slot of the global offset table holds. */
    sealed interface SlotContent {
        record Address(long address) implements SlotContent {}

        record Imported(String name) implements SlotContent {}

        record Unknown() implements SlotContent {}
    }

    SlotContent slot(long address) {
        Relocation relocation = dynamic.get(address);
        if (relocation != null) {
            return switch (relocation.type()) {
                case GLOB_DAT, JUMP_SLOT -> new SlotContent.Imported(relocation.symbol().name());
                case RELATIVE -> new SlotContent.Address(relocation.addend());
                default -> new SlotContent.Unknown();
            };
        }
        Bytes value = fixed() ? at(address, 8) : null;
        return value == null
                ? new SlotContent.Unknown()
                : new SlotContent.Address(value.s64(0, ORDER));
    }

    /** Distance of a thread-local variable from the thread pointer (psABI, variant II). */
    @Nullable Long threadOffset(Symbol symbol) {
        for (Segment segment : elf.segments()) {
            if (segment.type() == PT_TLS) {
                long align = Math.max(1, segment.alignment());
                long size = (segment.memorySize() + align - 1) / align * align;
                return symbol.value() - size;
            }
        }
        return null;
    }

    /** The address of the first function behind the address; 0 if there is none. */
    long nextFunction(long address) {
        return symbols.stream()
                .filter(s -> s.type() == Elf.STT_FUNC && s.section() != null)
                .mapToLong(Symbol::value)
                .filter(value -> value > address)
                .min()
                .orElse(0);
    }

    /** Its executable sections. */
    List<Section> code() {
        return elf.sections().stream()
                .filter(s -> s.has(Elf.SHF_ALLOC | Elf.SHF_EXECINSTR) && !s.isNobits())
                .toList();
    }
}
