package suture.target.linux.image;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file {@code Module.symvers} of a kernel build: everything that the kernel and its modules
 * export (Linux 6.1 {@code Documentation/kbuild/modules.rst}, 6.3).
 *
 * <pre>
 *   crc TAB symbol TAB module TAB export type TAB namespace
 *   0xe1cc2a05  usb_stor_suspend  drivers/usb/storage/usb-storage  EXPORT_SYMBOL_GPL  USB_STORAGE
 * </pre>
 */
public final class ModuleSymvers {
    private final Map<String, Entry> entries;

    private ModuleSymvers(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /**
     * One line.
     *
     * @param name the symbol
     * @param crc its checksum, 0 without CONFIG_MODVERSIONS
     * @param provider {@code vmlinux} or the module's name, with underscores
     * @param gplOnly whether only GPL modules may use it
     * @param namespace its namespace, empty if none
     */
    public record Entry(
            String name, long crc, String provider, boolean gplOnly, String namespace) {}

    /**
     * Reads the file.
     *
     * @throws FormatException if a line breaks the format
     * @throws IOException if it cannot be read
     */
    public static ModuleSymvers read(Path file) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long offset = 0;
        for (String line : Bytes.map(file).text().split("\n", -1)) {
            if (!line.isEmpty()) {
                Entry entry = entry(file.toString(), offset, line);
                entries.put(entry.name(), entry);
            }
            offset += line.length() + 1L;
        }
        return new ModuleSymvers(entries);
    }

    private static Entry entry(String file, long offset, String line) {
        List<String> field = List.of(line.split("\t", -1));
        // Until Linux 5.4 there was no fifth column.
        boolean shape = field.size() == 4 || field.size() == 5;
        if (!shape || !field.getFirst().matches("0x[0-9a-fA-F]{8}")) {
            throw new FormatException(
                    file, "", offset, "crc, symbol, module, type and namespace, by tabs", line);
        }
        String module = field.get(2);
        String provider = module.substring(module.lastIndexOf('/') + 1).replace('-', '_');
        return new Entry(
                field.get(1),
                Long.parseLong(field.get(0).substring(2), 16),
                provider,
                field.get(3).startsWith("EXPORT_SYMBOL_GPL"),
                field.size() == 5 ? field.get(4) : "");
    }

    /** The line of a symbol, or null. */
    public @Nullable Entry get(String name) {
        return entries.get(name);
    }

    /** All lines by symbol, in the order of the file. */
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }
}
