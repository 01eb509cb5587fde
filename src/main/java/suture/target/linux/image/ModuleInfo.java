package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.elf.Note;
import suture.elf.Relocation;
import suture.elf.Section;
import suture.elf.Symbol;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a module says about itself.
 *
 * <pre>
 *   .modinfo             NUL-terminated strings "key=value"; a key may repeat
 *   __versions           { u64 crc, char name[56] }*      checksums of what it imports
 *   __version_ext_crcs   u32*, __version_ext_names  NUL-terminated; the same since Linux 6.14
 *   __ksymtab, __ksymtab_gpl, __kcrctab, __kcrctab_gpl    as in {@link Export}
 * </pre>
 *
 * @param name its name, with underscores
 * @param values the values of each key of {@code .modinfo}, in order
 * @param versions the checksum of each symbol it imports
 * @param exports what it exports; an address is the module's artificial one
 * @param buildId its GNU build id, null if it has none
 */
public record ModuleInfo(
        String name,
        Map<String, List<String>> values,
        Map<String, Long> versions,
        Map<String, Export> exports,
        @Nullable Bytes buildId) {
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final int VERSION = 64;
    private static final int ENTRY = 12;

    /** Reads it out of a module. */
    public static ModuleInfo of(ElfObject elf) {
        Bytes text = elf.content(".modinfo");
        if (text == null) {
            throw new FormatException(
                    elf.file(), ".modinfo", -1, "a kernel module", "no such section");
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String entry : strings(text)) {
            int sign = entry.indexOf('=');
            if (sign > 0) {
                values.computeIfAbsent(entry.substring(0, sign), _ -> new ArrayList<>())
                        .add(entry.substring(sign + 1));
            }
        }
        Map<String, Export> exports = new LinkedHashMap<>();
        exports(elf, "", exports);
        exports(elf, "_gpl", exports);
        return new ModuleInfo(name(elf, values), values, versions(elf), exports, Note.buildId(elf));
    }

    /** The first value of a key, or null. */
    public @Nullable String value(String key) {
        List<String> all = values.get(key);
        return all == null ? null : all.getFirst();
    }

    /** The modules that it needs, by name. */
    public List<String> depends() {
        String text = value("depends");
        return text == null || text.isEmpty()
                ? List.of()
                : Stream.of(text.split(",", -1)).map(name -> name.replace('-', '_')).toList();
    }

    private static String name(ElfObject elf, Map<String, List<String>> values) {
        List<String> name = values.get("name");
        if (name != null) {
            return name.getFirst();
        }
        String file = elf.file().substring(elf.file().lastIndexOf('/') + 1);
        int dot = file.indexOf(".ko");
        return (dot < 0 ? file : file.substring(0, dot)).replace('-', '_');
    }

    private static List<String> strings(Bytes text) {
        List<String> all = new ArrayList<>();
        for (long at = 0; at < text.size(); ) {
            long nul = text.indexOf(0, at);
            long end = nul < 0 ? text.size() : nul;
            if (end > at) {
                all.add(text.slice(at, end - at).text());
            }
            at = end + 1;
        }
        return all;
    }

    private static Map<String, Long> versions(ElfObject elf) {
        Map<String, Long> versions = new LinkedHashMap<>();
        Bytes table = elf.content("__versions");
        if (table != null) {
            for (long at = 0; at + VERSION <= table.size(); at += VERSION) {
                List<String> name = strings(table.slice(at + 8, VERSION - 8));
                versions.put(name.isEmpty() ? "" : name.getFirst(), table.s64(at, LE));
            }
        }
        Bytes crcs = elf.content("__version_ext_crcs");
        Bytes names = elf.content("__version_ext_names");
        if (crcs != null && names != null) {
            List<String> all = strings(names);
            if (crcs.size() != 4L * all.size()) {
                throw new FormatException(
                        elf.file(),
                        "__version_ext_crcs",
                        -1,
                        all.size() + " checksums",
                        crcs.size() + " bytes");
            }
            for (int i = 0; i < all.size(); i++) {
                versions.put(all.get(i), crcs.u32(4L * i, LE));
            }
        }
        return versions;
    }

    private static void exports(ElfObject elf, String kind, Map<String, Export> exports) {
        Section table = elf.section("__ksymtab" + kind);
        if (table == null) {
            return;
        }
        Bytes crcs = elf.content("__kcrctab" + kind);
        String[] texts = new String[Math.toIntExact(table.size() / ENTRY)];
        String[] namespaces = new String[texts.length];
        long[] addresses = new long[texts.length];
        for (Relocation relocation : elf.relocations(table)) {
            int entry = (int) (relocation.offset() / ENTRY);
            Symbol symbol = relocation.symbol();
            Section section = symbol.section();
            if (section == null || entry >= texts.length) {
                throw new FormatException(
                        elf.file(),
                        table.name(),
                        relocation.offset(),
                        "a reference to a symbol of the module",
                        symbol.toString());
            }
            long offset = symbol.value() + relocation.addend();
            switch ((int) (relocation.offset() % ENTRY)) {
                case 0 -> addresses[entry] = ModuleImage.window(section) + offset;
                case 4 -> texts[entry] = section.content().cstring(offset);
                case 8 -> namespaces[entry] = section.content().cstring(offset);
                default ->
                        throw new FormatException(
                                elf.file(),
                                table.name(),
                                relocation.offset(),
                                "a field of an entry of 12 bytes",
                                "another offset");
            }
        }
        for (int i = 0; i < texts.length; i++) {
            if (texts[i] == null) {
                throw new FormatException(
                        elf.file(), table.name(), 12L * i, "a reference to a name", "none");
            }
            long crc = crcs != null && crcs.contains(4L * i, 4) ? crcs.u32(4L * i, LE) : 0;
            String namespace = namespaces[i] == null ? "" : namespaces[i];
            exports.put(
                    texts[i], new Export(texts[i], addresses[i], crc, !kind.isEmpty(), namespace));
        }
    }
}
