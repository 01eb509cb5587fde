package suture.target.xen.verify;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Note;
import suture.elf.Symbol;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The hypervisor that a payload is checked against, read from its {@code xen-syms}. */
public final class RunningXen {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /** {@code struct alt_instr} (Xen {@code asm/alternative.h}). */
    private static final int ALTERNATIVE = 14;

    private final ElfObject image;
    private final ImageText text;
    private final Bytes buildId;
    private final Map<String, List<Long>> names;
    private final Map<Long, Symbol> functions = new HashMap<>();
    private final Map<String, Long> marks = new HashMap<>();
    private final NavigableMap<Long, Long> alternatives = new TreeMap<>();

    private RunningXen(ElfObject image, Bytes buildId) {
        this.image = image;
        this.text = new ImageText(image);
        this.buildId = buildId;
        this.names = NameTable.of(image, text);
        for (Symbol symbol : image.symbols()) {
            if (symbol.type() == Elf.STT_FUNC && symbol.section() != null) {
                functions.putIfAbsent(symbol.value(), symbol);
            }
            if (symbol.name().startsWith("__")) {
                marks.putIfAbsent(symbol.name(), symbol.value());
            }
        }
        alternatives();
    }

    /**
     * Reads a {@code xen-syms}.
     *
     * @throws FormatException if it is none, or its symbols were stripped
     */
    public static RunningXen read(Path file) throws IOException {
        ElfObject image = ElfReader.read(file);
        Bytes id = Note.buildId(image);
        if (id == null || !image.header().is64()) {
            throw new FormatException(
                    image.file(), "", -1, "a xen-syms of 64 bits with a build-id", "neither");
        }
        return new RunningXen(image, id);
    }

    /** The file, for messages. */
    public String file() {
        return image.file();
    }

    /** By which payloads name it. */
    public Bytes buildId() {
        return buildId;
    }

    /** What the hypervisor finds under a name; more than one address means any of them. */
    List<Long> addresses(String name) {
        return names.getOrDefault(name, List.of());
    }

    /** The function that begins at an address. */
    @Nullable Symbol function(long address) {
        return functions.get(address);
    }

    /** From an address to the end of its section, as in the file; null outside. */
    @Nullable Bytes at(long address) {
        return text.from(address);
    }

    /** Whether an address is in the image. */
    boolean contains(long address) {
        return text.contains(address);
    }

    /** Whether an address is in what is freed after the boot. */
    boolean isInit(long address) {
        return address >= mark("__init_begin") && address < mark("__init_end");
    }

    /** Whether bytes may be other than in the file, because an alternative was chosen at boot. */
    boolean isAltered(long address, long size) {
        Map.Entry<Long, Long> before = alternatives.lowerEntry(address + size);
        return before != null && before.getKey() + before.getValue() > address;
    }

    /** Where the space for payloads begins (Xen {@code arch_livepatch_init}). */
    long end() {
        return mark("__2M_rwdata_end");
    }

    private long mark(String name) {
        Long value = marks.get(name);
        if (value == null) {
            throw new FormatException(image.file(), ".symtab", -1, name, "no such symbol");
        }
        return value;
    }

    private void alternatives() {
        long start = mark("__alt_instructions");
        long end = mark("__alt_instructions_end");
        Bytes table = end == start ? Bytes.EMPTY : text.from(start);
        for (long at = 0; table != null && at + ALTERNATIVE <= end - start; at += ALTERNATIVE) {
            long site = start + at + table.s32(at, LITTLE);
            long size = table.u8(at + 10) + table.u8(at + 12);
            alternatives.merge(site, size, Math::max);
        }
    }
}
