package suture.target.xen.verify;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.Symbol;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The symbol table that the hypervisor carries in itself, and by which it resolves the names of
 * payloads: not the ELF symbol table, whose locals have other names there ({@code
 * common/kernel.c#assign_integer_param}).
 *
 * <p>Each name is a length and that many bytes, each of which stands for a text in the token table;
 * the first character of the expanded text is the type as {@code nm} gives it (Xen {@code
 * tools/symbols.c}, {@code common/symbols.c}).
 *
 * <pre>
 *   symbols_num_syms      4                  symbols_token_index   256 times 2: offset of the text
 *   symbols_offsets       4 for each: address minus origin         (or symbols_addresses, 8 each)
 *   symbols_names         the names          symbols_token_table   the texts, NUL at the end
 * </pre>
 */
final class NameTable {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int TOKENS = 256;

    private NameTable() {}

    /** The addresses of each name; more than one means that the hypervisor finds any of them. */
    static Map<String, List<Long>> of(ElfObject image, ImageText text) {
        Map<String, Long> places = new HashMap<>();
        for (Symbol symbol : image.symbols()) {
            if (symbol.name().startsWith("symbols_") || symbol.name().equals("_start")) {
                places.putIfAbsent(symbol.name(), symbol.value());
            }
        }
        int count = read(image, text, places, "symbols_num_syms", 4).s32(0, LITTLE);
        List<String> names = names(image, text, places, count);
        boolean offsets = places.containsKey("symbols_offsets");
        int width = offsets ? 4 : 8;
        String table = offsets ? "symbols_offsets" : "symbols_addresses";
        Bytes values = read(image, text, places, table, (long) count * width);
        long[] plain = new long[count];
        for (int i = 0; i < count; i++) {
            plain[i] = offsets ? values.u32(4L * i, LITTLE) : values.s64(8L * i, LITTLE);
        }
        int start = names.indexOf("_start");
        if (start < 0 || !places.containsKey("_start")) {
            throw missing(image, "_start");
        }
        long origin = places.getOrDefault("_start", 0L) - plain[start];
        Map<String, List<Long>> all = new HashMap<>();
        for (int i = 0; i < count; i++) {
            List<Long> known = all.computeIfAbsent(names.get(i), _ -> new ArrayList<>(1));
            if (!known.contains(plain[i] + origin)) {
                known.add(plain[i] + origin);
            }
        }
        return all;
    }

    private static List<String> names(
            ElfObject image, ImageText text, Map<String, Long> places, int count) {
        Bytes index = read(image, text, places, "symbols_token_index", 2 * TOKENS);
        Bytes tokens = rest(image, text, places, "symbols_token_table");
        String[] texts = new String[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            texts[i] = tokens.cstring(index.u16(2L * i, LITTLE));
        }
        Bytes stream = rest(image, text, places, "symbols_names");
        List<String> names = new ArrayList<>(count);
        long at = 0;
        for (int i = 0; i < count; i++) {
            int length = stream.u8(at++);
            StringBuilder name = new StringBuilder();
            for (int k = 0; k < length; k++) {
                name.append(texts[stream.u8(at++)]);
            }
            names.add(name.substring(Math.min(1, name.length())));
        }
        return names;
    }

    private static Bytes read(
            ElfObject image, ImageText text, Map<String, Long> places, String name, long size) {
        Bytes all = rest(image, text, places, name);
        if (!all.contains(0, size)) {
            throw missing(image, name);
        }
        return all.slice(0, size);
    }

    private static Bytes rest(
            ElfObject image, ImageText text, Map<String, Long> places, String name) {
        Long address = places.get(name);
        Bytes all = address == null ? null : text.from(address);
        if (all == null) {
            throw missing(image, name);
        }
        return all;
    }

    private static FormatException missing(ElfObject image, String name) {
        return new FormatException(
                image.file(),
                ".symtab",
                -1,
                "a xen-syms of a hypervisor with its own symbol table",
                "no " + name + "; take the file of the -dbg package or of the build, unstripped");
    }
}
