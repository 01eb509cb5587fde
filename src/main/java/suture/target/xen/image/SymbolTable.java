package suture.target.xen.image;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.Section;
import suture.elf.Symbol;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The symbol table inside the hypervisor (Xen 4.17 {@code xen/tools/symbols.c}, {@code
 * xen/common/symbols.c}); the symbols of {@code xen-syms} say where its parts are:
 *
 * <pre>
 *   symbols_num_syms      u32       number of symbols
 *   symbols_offsets       u32 each  address minus an origin that the code knows, in order
 *   symbols_addresses     u64 each  the address itself, where there is no origin
 *   symbols_names         for each: u8 length, then that many u8 tokens
 *   symbols_token_index   u16[256]  where each token's text begins
 *   symbols_token_table   the texts, NUL-terminated
 * </pre>
 *
 * <p>The first letter of a decoded text is the symbol's type, as {@code nm} gives it.
 */
final class SymbolTable {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final ElfObject elf;
    private final Map<String, Symbol> parts = new HashMap<>();

    /** One entry. */
    record Entry(String name, char type, long address) {}

    private SymbolTable(ElfObject elf) {
        this.elf = elf;
        for (Symbol symbol : elf.symbols()) {
            if (symbol.name().startsWith("symbols_")) {
                parts.put(symbol.name(), symbol);
            }
        }
    }

    /** All entries in the order of the table. */
    static List<Entry> read(ElfObject elf) {
        return new SymbolTable(elf).read();
    }

    private List<Entry> read() {
        int count = Math.toIntExact(part("symbols_num_syms").u32(0, ORDER));
        Bytes names = part("symbols_names");
        String[] tokens = tokens();
        List<String> texts = new ArrayList<>(count);
        long at = 0;
        for (int i = 0; i < count; i++) {
            int length = names.u8(at++);
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < length; k++) {
                text.append(tokens[names.u8(at++)]);
            }
            texts.add(text.toString());
        }
        return parts.containsKey("symbols_offsets")
                ? withOffsets(texts, part("symbols_offsets"))
                : withAddresses(texts, part("symbols_addresses"));
    }

    private static List<Entry> withAddresses(List<String> texts, Bytes addresses) {
        List<Entry> entries = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            entries.add(entry(texts.get(i), addresses.s64(8L * i, ORDER)));
        }
        return entries;
    }

    /** A global name that is there once tells the origin; all others must agree. */
    private List<Entry> withOffsets(List<String> texts, Bytes offsets) {
        Map<String, Long> global = new HashMap<>();
        for (Symbol symbol : elf.symbols()) {
            if (!symbol.isLocal() && symbol.section() != null) {
                global.put(symbol.name(), symbol.value());
            }
        }
        List<Entry> entries = new ArrayList<>(texts.size());
        Long origin = null;
        for (int i = 0; i < texts.size(); i++) {
            Long known = global.get(texts.get(i).substring(1));
            long offset = offsets.u32(4L * i, ORDER);
            if (known != null && origin == null) {
                origin = known - offset;
            } else if (known != null && known - offset != origin) {
                throw wrong(texts.get(i), "another address in the symbol table of the file");
            }
        }
        if (origin == null) {
            throw wrong("symbols_offsets", "no global symbol to find the origin by");
        }
        for (int i = 0; i < texts.size(); i++) {
            entries.add(entry(texts.get(i), origin + offsets.u32(4L * i, ORDER)));
        }
        return entries;
    }

    private static Entry entry(String text, long address) {
        return new Entry(text.substring(1), text.charAt(0), address);
    }

    private String[] tokens() {
        Bytes table = part("symbols_token_table");
        Bytes index = part("symbols_token_index");
        String[] tokens = new String[256];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = table.cstring(index.u16(2L * i, ORDER));
        }
        return tokens;
    }

    /** The content from a symbol to the end of its section. */
    private Bytes part(String name) {
        Symbol symbol = parts.get(name);
        Section section = symbol == null ? null : symbol.section();
        if (symbol == null || section == null) {
            throw wrong(name, "no such symbol");
        }
        long offset = symbol.value() - section.header().address();
        return section.content().slice(offset, section.content().size() - offset);
    }

    private FormatException wrong(String where, String found) {
        return new FormatException(
                elf.file(), where, -1, "a xen-syms with the hypervisor's own symbol table", found);
    }
}
